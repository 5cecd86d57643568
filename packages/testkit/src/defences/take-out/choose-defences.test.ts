import { expect, test } from 'vitest'
import type { Defence, HandlerDefences } from '../defence.ts'
import { chooseDefences } from './choose-defences.ts'

const handlers: readonly HandlerDefences[] = [
  { handler: '/oauth/token', defences: [makeDefence('use a code twice', 'tokens.ts'), makeDefence('guess a code', 'secrets.ts')] },
  { handler: '/mcp', defences: [makeDefence('guess a session', 'sessions.ts')] },
]

test.each([
  { words: [], chosen: ['use a code twice', 'guess a code', 'guess a session'] },
  { words: ['/mcp'], chosen: ['guess a session'] },
  { words: ['guess'], chosen: ['guess a code', 'guess a session'] },
  { words: ['tokens.ts', 'session'], chosen: ['use a code twice', 'guess a session'] },
  { words: ['nothing'], chosen: [] },
])('with the words $words those that have one of them', ({ words, chosen }) => {
  expect(chooseDefences(handlers, words).map(({ attack }) => attack)).toEqual(chosen)
})

function makeDefence(attack: string, stoppedIn: string): Defence {
  return { attack, catalogue: '', stoppedIn, proof: { file: '', test: '' }, takenOut: { code: '', replacement: '' } }
}
