import { imageDefaults } from '@fjmcp-broker/command/settings/image-defaults'
import type { Setting } from '@fjmcp-broker/command/settings/list-settings'
import { describeWhole } from './describe-whole.ts'

/** Puts newly made tables between the marks of `docs/settings.md`; all else on the page is written by hand and stays. */
export function renewSettingsPage(page: string, settings: readonly Setting[]): string {
  const required = settings.filter(({ isRequired }) => isRequired)
  const optional = settings.filter(({ isRequired }) => !isRequired)
  const tables = {
    required: tabulate(
      ['Setting', 'What it is', 'Read by'],
      required.map((setting) => [nameCell(setting), describeWhole(setting), readers(setting)]),
    ),
    optional: tabulate(
      ['Setting', 'Default', 'What it does', 'Read by'],
      optional.map((setting) => [nameCell(setting), code(setting.standard ?? ''), describeWhole(setting), readers(setting)]),
    ),
    image: tabulate(
      ['Setting', 'In the image'],
      [...imageDefaults].map(([name, value]) => [code(name), code(value)]),
    ),
  }
  return Object.entries(tables).reduce((text, [name, table]) => replaceBetweenMarks({ text, name, table }), page)
}

function replaceBetweenMarks({ text, name, table }: { readonly text: string; readonly name: string; readonly table: string }): string {
  const start = `<!-- generated: ${name} -->`
  const end = `<!-- end: ${name} -->`
  const startsAt = text.indexOf(start)
  const endsAt = text.indexOf(end)
  if (startsAt === -1 || endsAt < startsAt) throw new Error(`the page needs "${start}" and, after it, "${end}"`)
  return `${text.slice(0, startsAt)}${start}\n\n${table}\n\n${text.slice(endsAt)}`
}

function tabulate(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function nameCell({ name, fromFile }: Setting): string {
  return fromFile ? `${code(name)} (or \`…_FILE\`)` : code(name)
}

function readers({ readBy }: Setting): string {
  return readBy.join(', ')
}

function code(text: string): string {
  return text === '' ? '' : `\`${text}\``
}
