/**
 * Whether children may be started: not, once the program has failed for everybody. A try follows after a while that grows with each failed one.
 *
 *     closed ──fails for everybody──► open ──time──► trying ──comes up──► closed
 *                                       ▲               │
 *                                       └────fails──────┘
 */
export type Circuit =
  | ({ readonly name: 'closed' } & Evidence)
  | { readonly name: 'open'; readonly openings: number; readonly detail: string; readonly retryAtMs: number }
  /** One child is being started. */
  | { readonly name: 'trying'; readonly openings: number; readonly detail: string; readonly retryAtMs: number }

/** What speaks against the program since a child last proved itself; `openings` since then too. */
interface Evidence {
  /** Children in a row that did not come up, or were lost before anybody had them. */
  readonly failures: number
  /** Who has lost a child that had not answered anything. */
  readonly users: ReadonlySet<string>
  readonly openings: number
  /** The system had no room for another process: until then none is started. */
  readonly fullUntilMs: number
}

/** A child that failed. */
export type ChildLoss =
  /** While it came up, or while nobody had it. */
  | { readonly of: 'nobody'; readonly detail: string }
  /** In a session of this user, before it had answered anything. */
  | { readonly of: 'user'; readonly userId: string; readonly detail: string }
  /** The system refused to start one for want of room. That is not the program's fault, and one user's children can bring it about. */
  | { readonly of: 'system'; readonly detail: string }

/** So many failed starts in a row open the circuit. */
const mostFailures = 5

/**
 * So many users whose children failed open it too. Each counts once, however often he fails: what crashes a child may be one user's call, and
 * he must not keep everybody else from theirs. His own sessions are held back by their back-off.
 */
const mostUsers = 3

const firstPauseMs = 1_000
const longestPauseMs = 60_000

export const newCircuit: Circuit = { name: 'closed', failures: 0, users: new Set(), openings: 0, fullUntilMs: 0 }

/** Whether it was open for long enough that one child may be started. */
export function isTryDue(circuit: Circuit, nowMs: number): boolean {
  return circuit.name === 'open' && circuit.retryAtMs <= nowMs
}

export function noteStart(circuit: Circuit): Circuit {
  return circuit.name === 'open' ? { ...circuit, name: 'trying' } : circuit
}

export function noteLoss(circuit: Circuit, loss: ChildLoss, nowMs: number): Circuit {
  const { detail } = loss
  switch (circuit.name) {
    case 'open':
      return { ...circuit, detail }
    case 'trying':
      if (loss.of === 'user') return circuit
      return open({ openings: circuit.openings + (loss.of === 'system' ? 0 : 1), detail, nowMs })
    case 'closed': {
      const { failures, users } = circuit
      if (loss.of === 'system') return { ...circuit, fullUntilMs: nowMs + firstPauseMs }
      const next = loss.of === 'user' ? { ...circuit, users: new Set(users).add(loss.userId) } : { ...circuit, failures: failures + 1 }
      return next.failures < mostFailures && next.users.size < mostUsers ? next : open({ openings: next.openings + 1, detail, nowMs })
    }
  }
}

/** A child came up. How often it was open before is remembered until one has proved itself: one may come up and end at once. */
export function noteReady(circuit: Circuit): Circuit {
  return circuit.name === 'closed' ? circuit : { ...newCircuit, openings: circuit.openings }
}

/** A child that nobody had lived on for long. */
export function noteLived(circuit: Circuit): Circuit {
  return circuit.name === 'closed' && circuit.failures > 0 ? { ...circuit, failures: 0 } : circuit
}

/** A child answered the first call that somebody made. */
export function noteProof(circuit: Circuit): Circuit {
  const isSpotless = circuit.name === 'closed' && circuit.failures + circuit.users.size + circuit.openings === 0
  return isSpotless ? circuit : newCircuit
}

/** In how many seconds it is worth another try; at least 1. */
export function retryAfterSeconds({ retryAtMs }: Extract<Circuit, { retryAtMs: number }>, nowMs: number): number {
  return Math.max(1, Math.ceil((retryAtMs - nowMs) / 1000))
}

function open({ openings, detail, nowMs }: { readonly openings: number; readonly detail: string; readonly nowMs: number }): Circuit {
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.max(0, openings - 1), longestPauseMs)
  return { name: 'open', openings, detail, retryAtMs: nowMs + pauseMs }
}
