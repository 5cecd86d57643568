import type { Outage } from '../forgejo/outage.ts'
import type { Random } from './random.ts'

export type Part = 'child' | 'gateway' | 'runner'

/** Something that goes wrong. What lasts ends again by itself before the next one begins. */
export type Fault =
  /** kill -9 of one part, or of the gateway and the runner at once. */
  | { readonly kind: 'kill'; readonly parts: readonly Part[] }
  /** SIGSTOP, and SIGCONT after a while. */
  | { readonly kind: 'stop'; readonly part: Part }
  | { readonly kind: 'forgejo_fails'; readonly outage: Exclude<Outage, 'none'> }
  /** The access tokens that Forgejo gave out are good no more. */
  | { readonly kind: 'tokens_expire' }
  /** The gateway cannot write a byte to a file. */
  | { readonly kind: 'disk_full' }
  /** Every client drops its connections at once. */
  | { readonly kind: 'clients_gone' }

export interface PlannedFault {
  /** How many calls are finished before it, counted from the end of the one before. */
  readonly afterCalls: number
  /** How long it lasts, where it is not over at once. */
  readonly lastsMs: number
  readonly fault: Fault
}

/** Each kind once, in the order of chance, and then again. */
export function planFaults({ random, count }: { readonly random: Random; readonly count: number }): readonly PlannedFault[] {
  const plan: PlannedFault[] = []
  let left: Fault[] = []
  while (plan.length < count) {
    if (left.length === 0) left = [...faults]
    const [fault] = left.splice(random.below(left.length), 1)
    if (fault !== undefined) plan.push({ afterCalls: 5 + random.below(40), lastsMs: 200 + random.below(1_000), fault })
  }
  return plan
}

/** In a few words, for people. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill -9 of ${fault.parts.join(' and ')}`
    case 'stop':
      return `SIGSTOP of ${fault.part}`
    case 'forgejo_fails':
      return `Forgejo is ${fault.outage}`
    case 'tokens_expire':
      return 'Forgejo’s tokens expire'
    case 'disk_full':
      return 'the disk is full'
    case 'clients_gone':
      return 'all clients drop their connections'
  }
}

const faults: readonly Fault[] = [
  { kind: 'kill', parts: ['child'] },
  { kind: 'kill', parts: ['gateway'] },
  { kind: 'kill', parts: ['runner'] },
  { kind: 'kill', parts: ['gateway', 'runner'] },
  { kind: 'stop', part: 'child' },
  { kind: 'stop', part: 'gateway' },
  { kind: 'stop', part: 'runner' },
  { kind: 'forgejo_fails', outage: 'gone' },
  { kind: 'forgejo_fails', outage: 'down' },
  { kind: 'forgejo_fails', outage: 'silent' },
  { kind: 'forgejo_fails', outage: 'mute' },
  { kind: 'tokens_expire' },
  { kind: 'disk_full' },
  { kind: 'clients_gone' },
]
