import type { Defence, HandlerDefences } from '../defence.ts'

export interface ChosenDefence extends Defence {
  readonly handler: string
}

/** Chooses the defences whose handler, attack or file has one of the words; all where no word is given. */
export function chooseDefences(handlers: readonly HandlerDefences[], words: readonly string[]): readonly ChosenDefence[] {
  return handlers.flatMap(({ handler, defences }) =>
    defences
      .filter(({ attack, stoppedIn }) => words.length === 0 || words.some((word) => `${handler} ${attack} ${stoppedIn}`.includes(word)))
      .map((defence) => Object.assign({ handler }, defence)),
  )
}
