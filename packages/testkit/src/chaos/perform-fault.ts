import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { isAlive } from '../processes.ts'
import type { WholeBroker } from '../whole-broker.ts'
import { pidsOf } from './broker-parts.ts'
import type { Ledger } from './ledger.ts'
import type { Load } from './load.ts'
import type { Part, PlannedFault } from './plan-faults.ts'
import type { Random } from './random.ts'

/** How often a broker may fail to start again after it was killed: what it left may take a moment to go. */
const mostStarts = 10

interface Stage {
  readonly whole: WholeBroker
  readonly load: Load
  readonly ledger: Ledger
  readonly random: Random
}

/** Has something go wrong. Settles when it is over: what was killed runs again, what was stopped goes on. */
export async function performFault({ fault, lastsMs }: PlannedFault, stage: Stage): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return kill(fault.parts, stage)
    case 'stop':
      return stop(fault.part, lastsMs, stage)
    case 'forgejo_fails':
      // Elsewhere a lost answer costs the user's sign-in, as it would with any client of Forgejo.
      stage.whole.forgejo.setOutage(fault.outage, fault.outage === 'mute' ? '/api/' : '/')
      await delay(lastsMs)
      stage.whole.forgejo.setOutage('none')
      return
    case 'tokens_expire':
      return expireTokens(stage)
    case 'disk_full':
      return fillDisk(stage)
    case 'clients_gone':
      for (const caller of stage.load.callers) caller.drop()
  }
}

async function kill(parts: readonly Part[], { whole, random }: Stage): Promise<void> {
  const victims = parts.map((part) => pickOne(pidsOf(part, whole), random))
  for (const pid of victims) signal(pid, 'SIGKILL')
  if (parts.includes('runner')) await startAgain(whole)
  else if (parts.includes('gateway'))
    await whole.broker().logged('gateway_listening', ({ pid }) => !victims.includes(Number(pid)) && isAlive(Number(pid)))
}

async function startAgain(whole: WholeBroker, starts = 1): Promise<void> {
  try {
    await whole.restart()
  } catch (error) {
    if (starts === mostStarts) throw error
    await startAgain(whole, starts + 1)
  }
}

async function stop(part: Part, lastsMs: number, { whole, random }: Stage): Promise<void> {
  const pid = pickOne(pidsOf(part, whole), random)
  signal(pid, 'SIGSTOP')
  await delay(lastsMs)
  signal(pid, 'SIGCONT')
}

/** Both users have fresh ones afterwards: a gateway that is killed while it fetches them loses a sign-in, as any client of Forgejo would. */
async function expireTokens({ whole, ledger }: Stage): Promise<void> {
  const { refreshes } = whole.forgejo.journal
  const before = refreshes.succeeded
  whole.forgejo.expireAccessTokens()
  await ledger.until(() => refreshes.succeeded >= before + 2)
}

/** The kernel refuses every further byte that the gateway would write to a file: EFBIG in the place of ENOSPC. Lasts until some have wanted to. */
async function fillDisk({ whole, ledger }: Stage): Promise<void> {
  const [pid = 0] = pidsOf('gateway', whole)
  await execa('prlimit', ['--pid', String(pid), '--fsize=0:'])
  const writes = (): number => ledger.finishedOf('open a session') + ledger.finishedOf('refresh')
  const before = writes()
  await ledger.until(() => writes() >= before + 3)
  if (isAlive(pid)) await execa('prlimit', ['--pid', String(pid), '--fsize=unlimited:'])
}

function pickOne(pids: readonly number[], random: Random): number {
  return pids[random.below(pids.length)] ?? 0
}

/** Not to our whole process group, which is what 0 stands for. */
function signal(pid: number, name: NodeJS.Signals): void {
  if (pid > 0 && isAlive(pid)) process.kill(pid, name)
}
