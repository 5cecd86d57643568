import type { BrokerProcess } from '../broker-process.ts'
import type { WholeBroker } from '../whole-broker.ts'
import { pidsOf } from './broker-parts.ts'

// Encoded, because options are separated by spaces.
const program = encodeURIComponent(`process.on('SIGUSR2', () => {
  const timers = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
  console.log(JSON.stringify({ event: 'timers_counted', process: 'probe', pid: process.pid, timers }))
})`)

/** The environment of a broker whose gateway and runner tell on SIGUSR2 how many timers keep them awake. Children get nothing of it. */
export const tellingOfTimers = { NODE_OPTIONS: `--import=data:text/javascript,${program}` }

/** Asks a broker that was started with `tellingOfTimers`. */
export async function countTimers(whole: WholeBroker): Promise<Readonly<Record<'gateway' | 'runner', number>>> {
  const [gateway = 0] = pidsOf('gateway', whole)
  const [runner = 0] = pidsOf('runner', whole)
  return { gateway: await ask(whole.broker(), gateway), runner: await ask(whole.broker(), runner) }
}

async function ask(broker: BrokerProcess, pid: number): Promise<number> {
  const seen = broker.log.length
  process.kill(pid, 'SIGUSR2')
  const told = await broker.logged('timers_counted', (logged) => logged['pid'] === pid && broker.log.indexOf(logged) >= seen)
  return Number(told['timers'])
}
