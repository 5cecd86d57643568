import type { Findings } from './findings.ts'

/** Sees every event of one session, over however many connections it comes, and finds what comes twice, out of order or not at all. */
export interface EventWatch {
  /** Told of each event that carries a message. */
  saw(id: string): void
}

/** @param name What findings call the session. */
export function watchEvents({ name, findings }: { readonly name: string; readonly findings: Findings }): EventWatch {
  const lastOfStream = new Map<string, number>()
  return {
    saw(id) {
      const [, stream, digits] = /^([\w-]+\.[\w-]+)\.(\d+)$/.exec(id) ?? []
      if (stream === undefined) return findings.add(`${name}: an event has the id ${id}`)
      const last = lastOfStream.get(stream) ?? 0
      const number = Number(digits)
      if (number <= last) findings.add(`${name}: the event ${id} came after ${stream}.${last}: twice, or out of order`)
      else if (number > last + 1) findings.add(`${name}: between ${stream}.${last} and ${id} something is missing`)
      lastOfStream.set(stream, Math.max(last, number))
    },
  }
}
