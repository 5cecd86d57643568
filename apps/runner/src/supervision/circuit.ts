/**
 * Whether children may be started: not, once the program has failed for everybody. A try follows after a while that grows with each failed one.
 *
 *     closed ──starts in a row fail──► open ──time──► trying ──comes up──► closed
 *                                        ▲               │
 *                                        └────fails──────┘
 */
export type Circuit =
  /** `openings` counts those since a child last proved itself. */
  | { readonly name: 'closed'; readonly failures: number; readonly openings: number }
  | { readonly name: 'open'; readonly openings: number; readonly detail: string; readonly retryAtMs: number }
  /** One child is being started. */
  | { readonly name: 'trying'; readonly openings: number; readonly detail: string; readonly retryAtMs: number }

/** So many failed starts in a row open the circuit. */
const mostFailures = 5

/** So many children start at once: as many again find two cores at work already, and would only delay each other. */
const mostStarting = 4

const firstPauseMs = 1_000
const longestPauseMs = 60_000

export const newCircuit: Circuit = { name: 'closed', failures: 0, openings: 0 }

/** How many children may be on their way up at this moment. */
export function startsAllowed(circuit: Circuit, nowMs: number): number {
  if (circuit.name === 'closed') return mostStarting
  return circuit.name === 'open' && circuit.retryAtMs <= nowMs ? 1 : 0
}

export function noteStart(circuit: Circuit): Circuit {
  return circuit.name === 'open' ? { ...circuit, name: 'trying' } : circuit
}

/** A child did not come up, or was lost before anybody had it. */
export function noteFailure(circuit: Circuit, detail: string, nowMs: number): Circuit {
  if (circuit.name === 'open') return { ...circuit, detail }
  if (circuit.name === 'closed' && circuit.failures + 1 < mostFailures) return { ...circuit, failures: circuit.failures + 1 }
  const openings = circuit.openings + 1
  return { name: 'open', openings, detail, retryAtMs: nowMs + Math.min(firstPauseMs * 2 ** (openings - 1), longestPauseMs) }
}

/** A child came up. How often it failed before is remembered until one has proved itself: one may come up and end at once. */
export function noteReady(circuit: Circuit): Circuit {
  return circuit.name === 'closed' ? circuit : { name: 'closed', failures: 0, openings: circuit.openings }
}

/** A child was of use, or lived on for a while. */
export function noteProof(circuit: Circuit): Circuit {
  return circuit.name === 'closed' && circuit.failures === 0 && circuit.openings === 0 ? circuit : newCircuit
}

/** In how many seconds it is worth another try; at least 1. */
export function retryAfterSeconds({ retryAtMs }: Extract<Circuit, { retryAtMs: number }>, nowMs: number): number {
  return Math.max(1, Math.ceil((retryAtMs - nowMs) / 1000))
}
