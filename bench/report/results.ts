import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Sample } from '../bench.ts'
import type { PartName } from '../options.ts'

/** What is known of a run before anything is measured. */
interface Run {
  /** When it began. */
  readonly at: Date
  readonly asked: readonly PartName[]
  readonly machine: object
  readonly settings: object
}

/** What a run has measured, in a file that is complete after each part: a later one that fails takes nothing of it away. */
export interface Results {
  readonly file: string
  readonly samples: readonly Sample[]
  /** @param notes All that were made until now. */
  add(part: PartName, samples: readonly Sample[], notes: readonly string[]): void
}

/** @param folder Made if need be. */
export function createResults(folder: string, { at, asked, machine, settings }: Run): Results {
  const file = resultsPath(folder, at, '.json')
  const done: PartName[] = []
  const samples: Sample[] = []
  return {
    file,
    samples,
    add(part, more, notes) {
      done.push(part)
      samples.push(...more)
      writeResult(file, `${JSON.stringify({ at, parts: { asked, done }, machine, settings, notes, samples }, undefined, 2)}\n`)
    },
  }
}

/** The path of a file that a run writes, named by when it began. */
export function resultsPath(folder: string, at: Date, ending: string): string {
  return `${folder}/${at.toISOString().slice(0, 19).replaceAll(':', '-')}${ending}`
}

/** Writes a file of the results, and its folder. */
export function writeResult(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}
