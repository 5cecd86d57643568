import type { AccessToken } from '../store/token-store.ts'

/** In whose name an answer is given, and by which family of tokens. */
export type Access = Pick<AccessToken, 'userId' | 'clientId' | 'grantId' | 'familyId'>

/**
 * The answers that are open: requests that are worked on, and streams. Each ends when the access ends in whose name it is given, and not
 * only when its client asks for something more.
 */
export interface OpenAnswers {
  /** Has `end` called once, when that access ends; returns how to take the answer out again when it is over by itself. */
  add(access: Access, end: () => void): () => void
  /** Ends every answer that is given in the name of such an access. */
  endWhere(covers: (access: Access) => boolean): void
  /** How often access has ended. Whoever finds another number when an answer is added than before its access was looked up looks it up again. */
  countEnds(): number
}

export function createOpenAnswers(): OpenAnswers {
  const open = new Set<{ readonly access: Access; readonly end: () => void }>()
  let ends = 0
  return {
    add(access, end) {
      const answer = { access, end }
      open.add(answer)
      return () => void open.delete(answer)
    },
    endWhere(covers) {
      ends += 1
      for (const answer of open) {
        if (covers(answer.access) && open.delete(answer)) answer.end()
      }
    },
    countEnds: () => ends,
  }
}
