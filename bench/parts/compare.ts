import { type Bench, type Sample, startSubject } from '../bench.ts'
import type { Figures } from '../figures.ts'
import type { Subject, SubjectName } from '../subjects/subject.ts'

/** Something that is measured of every subject. Begun once for each, after that measured once a round. */
export interface ComparedPart {
  readonly name: string
  begin(bench: Bench, subject: Subject): Promise<BegunPart>
}

export interface BegunPart {
  measure(): Promise<Figures>
  end(): Promise<void>
}

interface Running {
  readonly subject: Subject
  readonly begun: BegunPart
}

/**
 * Measures all subjects in turn, round after round, each round beginning with another one: what the machine does beside the bench then
 * meets all of them alike. A peer that fails is left out from there on; the floor and the broker must not.
 */
export async function compare(bench: Bench, part: ComparedPart): Promise<readonly Sample[]> {
  const running = new Map<SubjectName, Running>()
  const samples: Sample[] = []
  try {
    for (const name of bench.compared) await orLeaveOut(name, async () => void running.set(name, await begin(name)))
    for (let round = 1; round <= bench.sizes.rounds; round++) {
      for (const name of rotate(bench.compared, round - 1)) await orLeaveOut(name, () => measure(name, round))
    }
    return samples
  } finally {
    for (const { begun, subject } of running.values()) {
      await begun.end().catch(() => undefined)
      await subject.stop()
    }
  }

  async function begin(name: SubjectName): Promise<Running> {
    bench.progress(`${part.name}: starting ${name}`)
    const subject = await startSubject(bench, name)
    try {
      return { subject, begun: await part.begin(bench, subject) }
    } catch (error) {
      await subject.stop()
      throw error
    }
  }

  async function measure(name: SubjectName, round: number): Promise<void> {
    const found = running.get(name)
    if (found === undefined) return
    bench.progress(`${part.name}: round ${round} of ${bench.sizes.rounds}, ${name}`)
    samples.push({ subject: name, part: part.name, round, figures: await found.begun.measure() })
  }

  async function orLeaveOut(name: SubjectName, act: () => Promise<void>): Promise<void> {
    try {
      await act()
    } catch (error) {
      if (name === 'floor' || name === 'broker') throw error
      bench.note(`${part.name}: ${name} was left out after it failed: ${error instanceof Error ? error.message : String(error)}`)
      await running.get(name)?.subject.stop()
      running.delete(name)
    }
  }
}

function rotate<Item>(items: readonly Item[], by: number): readonly Item[] {
  const first = by % items.length
  return [...items.slice(first), ...items.slice(0, first)]
}
