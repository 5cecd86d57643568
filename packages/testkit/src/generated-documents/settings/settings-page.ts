import { imageDefaults } from '@fjmcp-broker/command/settings/image-defaults'
import type { Setting } from '@fjmcp-broker/command/settings/list-settings'
import { replaceBetweenMarks } from '../replace-between-marks.ts'
import { markdownTable } from '../markdown-table.ts'
import { describeWhole } from './describe-whole.ts'

/** Puts newly made tables between the marks of `docs/settings.md`; all else on the page is written by hand and stays. */
export function renewSettingsPage(page: string, settings: readonly Setting[]): string {
  const required = settings.filter(({ isRequired }) => isRequired)
  const optional = settings.filter(({ isRequired }) => !isRequired)
  const tables = {
    required: markdownTable(
      ['Setting', 'What it is', 'Read by'],
      required.map((setting) => [nameCell(setting), describeWhole(setting), readers(setting)]),
    ),
    optional: markdownTable(
      ['Setting', 'Default', 'What it does', 'Read by'],
      optional.map((setting) => [nameCell(setting), code(setting.standard ?? ''), describeWhole(setting), readers(setting)]),
    ),
    image: markdownTable(
      ['Setting', 'In the image'],
      [...imageDefaults].map(([name, value]) => [code(name), code(value)]),
    ),
  }
  return Object.entries(tables).reduce((text, [name, table]) => replaceBetweenMarks({ page: text, name, text: table }), page)
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
