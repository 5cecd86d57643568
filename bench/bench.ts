import type { Figures } from './figures.ts'
import type { ChildStart } from './load/stdio-session.ts'
import type { Sizes } from './sizes.ts'
import { type Broker, startBroker } from './subjects/broker.ts'
import { createFloor } from './subjects/floor.ts'
import { startPeer } from './subjects/peer.ts'
import type { Subject, SubjectName } from './subjects/subject.ts'

/** Figures of one subject, taken in one round of one part. */
export interface Sample {
  readonly subject: SubjectName
  readonly part: string
  readonly round: number
  readonly figures: Figures
}

/** What the parts of the bench share. */
export interface Bench {
  readonly sizes: Sizes
  /** Those that are compared; without the peers where they cannot be installed. */
  readonly compared: readonly SubjectName[]
  readonly start: ChildStart
  readonly forgejoUrl: string
  readonly brokerPort: number
  /** For all that is written; removed at the end. */
  readonly folder: string
  progress(line: string): void
  /** Says under the table what it does not show. */
  note(line: string): void
}

/** Starts one of those that are compared. */
export async function startSubject(bench: Bench, name: SubjectName): Promise<Subject> {
  if (name === 'floor') return createFloor(bench.start)
  if (name === 'broker') return await startBenchBroker(bench)
  return await startPeer(name, bench.start)
}

/** @param options Settings beside the limits that are raised for every part; another child program. */
export function startBenchBroker(
  { brokerPort: port, forgejoUrl, folder, start }: Bench,
  { settings, childProgram = start.program }: { readonly settings?: Readonly<Record<string, string>>; readonly childProgram?: string } = {},
): Promise<Broker> {
  return startBroker({ port, forgejoUrl, folder, childProgram, ...(settings === undefined ? {} : { settings }) })
}
