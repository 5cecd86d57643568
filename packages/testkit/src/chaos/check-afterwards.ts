import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { FakeForgejo } from '../forgejo/fake-forgejo.ts'
import type { WholeBroker } from '../whole-broker.ts'
import { isStartedFrom, pidsOf } from './broker-parts.ts'
import type { Caller } from './caller.ts'
import { eventually } from './eventually.ts'
import type { Findings } from './findings.ts'
import type { Ledger } from './ledger.ts'
import { type Holdings, isNoMore, measureHoldings, measureMemoryMib } from './measure.ts'

/** What the unit gives the container, for all of it. */
const mostMemoryMib = 512

/** How long what is over may take to be gone: longer than a child may be idle, and than a connection that nobody uses is kept. */
const patienceMs = 20_000

/** Looks whether all sessions go on, and whether Forgejo was asked for each write as often as clients were told. */
export async function checkAfterwards({
  callers,
  forgejo,
  ledger,
  findings,
}: {
  readonly callers: readonly Caller[]
  readonly forgejo: FakeForgejo
  readonly ledger: Ledger
  readonly findings: Findings
}): Promise<void> {
  for (const caller of callers) await caller.sayWhetherAllGoOn()
  const titles = Map.groupBy(
    forgejo.content.repositories.flatMap(({ issues }) => issues.map(({ title }) => title)),
    (title) => title,
  )
  for (const [token, { acknowledged }] of ledger.writes) {
    const times = titles.get(token)?.length ?? 0
    if (times > 1) findings.add(`the write ${token} ran ${times} times`)
    if (acknowledged && times === 0) findings.add(`the write ${token} was acknowledged and is not there`)
  }
}

/**
 * Looks, after all clients have left, whether the broker holds more than before they came; then stops it, and looks whether processes or
 * sessions are left.
 */
export async function checkNothingIsLeft({
  whole,
  before,
  lostOpenings,
  findings,
}: {
  readonly whole: WholeBroker
  readonly before: Holdings
  /** How many clients could not know the session that they may have opened. */
  readonly lostOpenings: number
  readonly findings: Findings
}): Promise<void> {
  if (!(await eventually(() => isNoMore(measureHoldings(whole), before), patienceMs))) {
    findings.add(`held before: ${JSON.stringify(before)}, and afterwards: ${JSON.stringify(measureHoldings(whole))}`)
  }
  const memoryMib = [...pidsOf('gateway', whole), ...pidsOf('runner', whole)].reduce((sum, pid) => sum + measureMemoryMib(pid), 0)
  if (memoryMib > mostMemoryMib) findings.add(`gateway and runner hold ${memoryMib} MiB`)
  const code = await whole.broker().stop()
  if (code !== 0) findings.add(`the broker ended with ${code}`)
  if (whole.broker().complaints() !== '') findings.add(`the broker complained: ${whole.broker().complaints()}`)
  const left = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isStartedFrom(pid, whole.folder))
  if (left.length > 0) findings.add(`these processes are left: ${left.join(' ')}`)
  const sessions = countSessions(join(whole.folder, 'data', 'broker.db'))
  if (sessions > lostOpenings) findings.add(`${sessions} sessions are left in the database, though ${lostOpenings} answers were lost`)
}

function countSessions(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true })
  return Number(database.prepare('SELECT count(*) AS count FROM sessions').get()?.['count'])
}
