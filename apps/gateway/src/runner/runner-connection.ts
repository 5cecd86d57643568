import type { Log } from '@fjmcp-broker/shared/log'
import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import type { ChannelAddress } from './frame-socket.ts'
import { type LinkEvents, openLink, type RunnerLink } from './runner-link.ts'

/** Holds one connection to the runner, and makes a new one whenever it broke. */
export interface RunnerConnection {
  /** Connects, where nobody has asked for it before. From then on it reconnects until it is closed. */
  connect(): void
  /** The open link, or the next one. Throws `RunnerUnavailable` when none comes in time. */
  link(): RunnerLink | Promise<RunnerLink>
  close(): void
}

interface Waiter {
  resolve(link: RunnerLink): void
  reject(error: Error): void
}

const firstDelayMs = 25
const longestDelayMs = 500
/** A connection that held this long was a good one: the next begins at once. */
const steadyAfterMs = 1_000

/** @param waitMs How long a caller waits for a connection. */
export function createRunnerConnection({
  address,
  waitMs,
  log,
  heard,
}: {
  readonly address: ChannelAddress
  readonly waitMs: number
  readonly log: Log
  readonly heard: Pick<LinkEvents, 'credentialRejected' | 'catalogueChanged'>
}): RunnerConnection {
  const waiters = new Set<Waiter>()
  let state: 'unused' | 'in_use' | 'closed' = 'unused'
  let open: RunnerLink | undefined
  let endLink = () => {}
  let lastEpoch: string | undefined
  let failures = 0
  let timer: NodeJS.Timeout | undefined

  function connect(): void {
    if (state !== 'unused') return
    state = 'in_use'
    begin()
  }

  function begin(): void {
    endLink = openLink({ address, log, events: { opened, closed, ...heard } })
  }

  function opened(link: RunnerLink): void {
    open = link
    const isAnother = lastEpoch !== undefined && lastEpoch !== link.epoch
    lastEpoch = link.epoch
    timer = setTimeout(() => (failures = 0), steadyAfterMs)
    log.info('runner_connected', { epoch: link.epoch })
    // Another start of the runner may be one with another child program.
    if (isAnother) heard.catalogueChanged()
    for (const waiter of waiters) waiter.resolve(link)
    waiters.clear()
  }

  function closed(reason: string): void {
    clearTimeout(timer)
    if (state === 'closed') return
    if (open !== undefined) log.warn('runner_disconnected', { reason })
    else log[failures === 0 ? 'warn' : 'debug']('runner_not_reached', { reason })
    open = undefined
    timer = setTimeout(begin, failures === 0 ? 0 : Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs))
    failures += 1
  }

  async function wait(): Promise<RunnerLink> {
    if (state === 'closed') throw new RunnerUnavailable('the connection to the runner is closed')
    connect()
    const { promise, resolve, reject } = Promise.withResolvers<RunnerLink>()
    const waiter = { resolve, reject }
    waiters.add(waiter)
    const giveUp = setTimeout(() => reject(new RunnerUnavailable(`the runner was not reached within ${waitMs} ms`)), waitMs)
    try {
      return await promise
    } finally {
      clearTimeout(giveUp)
      waiters.delete(waiter)
    }
  }

  return {
    connect,
    link: () => open ?? wait(),
    close() {
      state = 'closed'
      open = undefined
      clearTimeout(timer)
      endLink()
      for (const waiter of waiters) waiter.reject(new RunnerUnavailable('the connection to the runner is closed'))
      waiters.clear()
    },
  }
}
