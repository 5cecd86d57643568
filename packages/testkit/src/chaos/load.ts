import { setTimeout as delay } from 'node:timers/promises'
import type { Caller, Calling, OfferedTools } from './caller.ts'
import { createRawCaller } from './raw-caller.ts'
import { createSdkCaller } from './sdk-caller.ts'
import type { Target } from './target.ts'

/** How long a client waits that got no answer. */
const againAfterMs = 100

/** Clients that call all the time. */
export interface Load {
  readonly callers: readonly Caller[]
  /** Lets each finish what it does; settles when nothing is under way. */
  stop(): Promise<void>
}

/** Signs clients in: half of them alice's, and for each sign-in one of the SDK and one that sees everything. */
export async function createCallers({
  target,
  signIns,
  tools,
  calling,
}: {
  readonly target: Target
  readonly signIns: number
  readonly tools: OfferedTools
  readonly calling: Calling
}): Promise<readonly Caller[]> {
  const callers: Caller[] = []
  for (let number = 0; number < signIns; number++) {
    const login = number % 2 === 0 ? 'alice' : 'bob'
    const client = await target.connect(login)
    const own = (name: string) => ({ name, login, client, tools, calling: { ...calling, random: calling.random.fork(name) } })
    callers.push(createSdkCaller(own(`sdk-${login}-${number}`)), await createRawCaller({ ...own(`raw-${login}-${number}`), target }))
  }
  return callers
}

export function startLoad(callers: readonly Caller[]): Load {
  const stopping = new AbortController()
  const working = callers.map((caller) => keepCalling(caller, stopping.signal))
  return {
    callers,
    async stop() {
      stopping.abort()
      await Promise.all(working)
    },
  }
}

async function keepCalling(caller: Caller, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const outcome = await caller.act()
    if (outcome.kind !== 'result') await delay(againAfterMs)
  }
}
