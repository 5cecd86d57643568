import { type CheckName, type Outcome, reportOn } from './finding.ts'

/** Runs a check if all its settings are right; else it is skipped and names those that are not. */
export async function withSettings<Ground>({
  check,
  needs,
  wrong,
  run,
}: {
  readonly check: CheckName
  readonly needs: readonly string[]
  readonly wrong: ReadonlySet<string>
  readonly run: () => Outcome<Ground> | Promise<Outcome<Ground>>
}): Promise<Outcome<Ground>> {
  const missing = needs.filter((name) => wrong.has(name))
  return missing.length === 0 ? run() : skip(check, `needs ${missing.join(' and ')}`)
}

/** The outcome of a check that cannot run. */
export function skip(check: CheckName, why: string): Outcome<never> {
  return { findings: [reportOn(check).skipped(why)] }
}
