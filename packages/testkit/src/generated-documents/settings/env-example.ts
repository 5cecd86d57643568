import { imageDefaults } from '@fjmcp-broker/command/settings/image-defaults'
import type { Setting } from '@fjmcp-broker/command/settings/list-settings'
import { describeWhole } from './describe-whole.ts'

const width = 110

const introduction = `\
Settings of fjmcp-broker in its container: copy this file to ~/.config/fjmcp-broker.env and chmod 600 it.

Podman takes what stands behind the = literally: no quotes, no $VARIABLES, no comment on the same line. An empty value
counts as absent, and takes the image's value away where there is one. "fjmcp-broker config" shows what the broker makes of it.

Made by "npm run settings" from what the program itself says of its settings; docs/settings.md has them as tables.`

/** Makes the whole of `deploy/podman/fjmcp-broker.env.example`. */
export function createEnvExample(settings: readonly Setting[]): string {
  const required = settings.filter(({ isRequired }) => isRequired)
  const optional = settings.filter(({ isRequired }) => !isRequired)
  return [
    introduction.split('\n').map(comment).join('\n'),
    heading('Required'),
    ...required.map((setting) => `${describe(setting)}\n${setting.name}=${alternative(setting)}`),
    heading('Optional: what stands here is what the broker does without it'),
    ...optional.map((setting) => `${describe(setting)}\n#${setting.name}=${standardOf(setting)}${alternative(setting)}`),
  ]
    .join('\n\n')
    .concat('\n')
}

function heading(text: string): string {
  return comment(`---- ${text} ----`)
}

function describe(setting: Setting): string {
  const otherwise = setting.standard === undefined ? 'otherwise there is none' : `otherwise the default is ${setting.standard}`
  const inImage = imageDefaults.has(setting.name) ? [`The image sets this; ${otherwise}.`] : []
  return wrap([withoutMarkdown(describeWhole(setting)), ...inImage].join(' '))
    .map(comment)
    .join('\n')
}

/** Links lead to another page beside docs/settings.md. */
function withoutMarkdown(text: string): string {
  return text.replaceAll('`', '').replaceAll(/\[[^\]]*\]\(([^)]*)\)/g, 'docs/$1')
}

function standardOf({ name, standard = '' }: Setting): string {
  return imageDefaults.get(name) ?? standard
}

function alternative({ name, secret, fromFile }: Setting): string {
  if (!fromFile) return ''
  const instead = secret
    ? 'Instead, from a podman secret, with mode=0400,uid=65532 (the unit shows how):'
    : 'Instead, from a file of uid 65532:'
  return `\n${comment(instead)}\n#${name}_FILE=/secrets/${name.replace(/^FORGEJO_OAUTH_/, '').toLowerCase()}`
}

/** Breaks a text into lines of a readable length. */
function wrap(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trimStart()
    if (lines.length === 0 || longer.length > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines
}

function comment(line: string): string {
  return line === '' ? '#' : `# ${line}`
}
