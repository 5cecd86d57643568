import type { Setting } from '@fjmcp-broker/command/settings/list-settings'

/** What a setting does and which values it takes, in Markdown. */
export function describeWhole({ description, expected }: Setting): string {
  return expected === undefined ? description : `${description} ${expected.charAt(0).toUpperCase()}${expected.slice(1)}.`
}
