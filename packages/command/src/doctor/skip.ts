import { describeError } from '@fjmcp-broker/shared/describe-error'
import { type CheckName, type Outcome, reportOn } from './finding.ts'

/**
 * Runs a check if all its settings are right; else it is skipped and names those that are not. One that fails unexpectedly is a finding
 * too: it shall not hide what the others find.
 */
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
  if (missing.length > 0) return skip(check, `needs ${missing.join(' and ')}`)
  try {
    return await run()
  } catch (error) {
    const { reason } = describeError(error)
    return { findings: [reportOn(check).problem(`this could not be examined (${reason})`, 'Please report it, with this line.')] }
  }
}

/** The outcome of a check that cannot run. */
export function skip(check: CheckName, why: string): Outcome<never> {
  return { findings: [reportOn(check).skipped(why)] }
}
