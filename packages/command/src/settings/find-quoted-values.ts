import type { Environment } from '@fjmcp-broker/shared/env'
import type { Setting } from './list-settings.ts'

/** A setting whose value seems to hold what was meant for a shell. */
export interface QuotedValue {
  readonly name: string
  readonly holds: 'quotes' | 'comment'
}

/** Finds the settings whose value, or whose file's name, stands in quotes or has a comment behind it; the shell drops both, Podman neither. */
export function findQuotedValues(environment: Environment, settings: readonly Setting[]): readonly QuotedValue[] {
  return settings
    .flatMap(({ name, fromFile }) => (fromFile ? [name, `${name}_FILE`] : [name]))
    .flatMap((name) => {
      const holds = judge(environment[name] ?? '')
      return holds === undefined ? [] : [{ name, holds }]
    })
}

function judge(value: string): QuotedValue['holds'] | undefined {
  if (/\s#/.test(value)) return 'comment'
  return /^(["']).*\1\s*$/s.test(value) ? 'quotes' : undefined
}

/** Tells the operator of such a value, without a word of it. */
export function describeQuotedValue({ name, holds }: QuotedValue): string {
  return holds === 'quotes'
    ? `${name} stands in quotes: Podman takes the quotes as part of the value`
    : `${name} has a # behind a space: Podman takes a comment as part of the value`
}
