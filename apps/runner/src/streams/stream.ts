import type { StreamEvent } from '@fjmcp-broker/shared/runner/runner'

/** How much of a stream that goes on is kept; its response is kept in any case. */
export interface StreamBounds {
  readonly mostEvents: number
  readonly mostSize: number
}

/** What happened to one request, in order, for readers that come and go. */
export class Stream {
  readonly #bounds: StreamBounds
  /** `<runner epoch>.<stream>.` */
  readonly #idStart: string
  readonly #readers = new Set<() => void>()
  #events: { readonly event: StreamEvent; readonly size: number }[] = []
  #firstNumber = 1
  #size = 0
  #isOver = false

  constructor({ idStart, bounds }: { readonly idStart: string; readonly bounds: StreamBounds }) {
    this.#idStart = idStart
    this.#bounds = bounds
  }

  /** The sizes of all that is kept. */
  get size(): number {
    return this.#size
  }

  /** Number of the newest event; the first is 1. */
  get lastNumber(): number {
    return this.#firstNumber + this.#events.length - 1
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** Adds a message. Where too many are kept the oldest go: what they tell is outdated by the newer ones. */
  add({ message, size, final, reason }: Omit<StreamEvent, 'id'> & { readonly size: number }): void {
    if (this.#isOver) return
    const event: StreamEvent = { id: `${this.#idStart}${this.lastNumber + 1}`, message, final, ...(reason && { reason }) }
    this.#events.push({ event, size })
    this.#size += size
    if (final) this.#isOver = true
    else while (this.#isTooFull()) this.#dropOldest()
    this.#wake()
  }

  /** Ends it without a response. */
  hangUp(): void {
    this.#isOver = true
    this.#wake()
  }

  /** Gives all up that is kept, save that the response, where there is one, gives way to `instead`: counted as nothing, so that this always makes room. */
  cutOff(instead: (response: StreamEvent) => StreamEvent['message']): void {
    const last = this.#events.at(-1)?.event
    this.#firstNumber = this.lastNumber + 1
    this.#events = []
    this.#size = 0
    if (last?.final !== true) return
    this.#firstNumber -= 1
    this.#events.push({ event: { ...last, message: instead(last) }, size: 0 })
  }

  /** All events after that number, until it is over or the signal ends the reading. */
  async *readAfter(number: number, signal: AbortSignal): AsyncGenerator<StreamEvent, void, undefined> {
    let wake = ignore
    const onChange = (): void => wake()
    this.#readers.add(onChange)
    signal.addEventListener('abort', onChange)
    try {
      let next = number + 1
      while (!signal.aborted) {
        const index = Math.max(0, next - this.#firstNumber)
        const event = this.#events[index]?.event
        if (event !== undefined) {
          next = this.#firstNumber + index + 1
          yield event
          if (event.final) return
        } else if (this.#isOver) {
          return
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      }
    } finally {
      this.#readers.delete(onChange)
      signal.removeEventListener('abort', onChange)
    }
  }

  #isTooFull(): boolean {
    return this.#events.length > 1 && (this.#events.length > this.#bounds.mostEvents || this.#size > this.#bounds.mostSize)
  }

  #dropOldest(): void {
    this.#size -= this.#events.shift()?.size ?? 0
    this.#firstNumber += 1
  }

  #wake(): void {
    for (const wake of this.#readers) wake()
  }
}

function ignore(): void {}
