import { expect, test } from 'vitest'
import { parseChaosOptions } from './options.ts'

test.each([
  [['--minutes', 'x'], '--minutes takes a number above 0.'],
  [['--minutes', '0'], '--minutes takes a number above 0.'],
  [['--seed', '-1'], "Option '--seed' argument is ambiguous"],
  [['--seed=1.5'], '--seed takes a whole number from 0 on.'],
  [['--faults', '0'], '--faults takes a whole number from 1 on.'],
  [['--sign-ins', 'two'], '--sign-ins takes a whole number from 1 on.'],
])('says in words what is wrong with %j', (args, words) => {
  expect(parseChaosOptions(args)).toEqual({ ok: false, error: expect.stringContaining(words) })
})

test('makes one run of its usual size where nothing is said', () => {
  expect(parseChaosOptions([])).toEqual({ ok: true, value: { minutes: undefined, seed: undefined, faults: 28, signIns: 4 } })
})
