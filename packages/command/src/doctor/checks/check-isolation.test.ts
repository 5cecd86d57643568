import { expect, test } from 'vitest'
import { wellStatus } from '../testing/well-status.ts'
import { checkIsolation } from './check-isolation.ts'

test.each([
  { isolation: 'uid', isContainer: true, isWanted: true, state: 'ok' },
  { isolation: 'none', isContainer: false, isWanted: false, state: 'ok' },
  { isolation: 'none', isContainer: true, isWanted: true, state: 'warning' },
  { isolation: 'none', isContainer: true, isWanted: false, state: 'warning' },
  { isolation: 'none', isContainer: false, isWanted: true, state: 'warning' },
])('$isolation is $state (container: $isContainer, wanted: $isWanted)', ({ isolation, isContainer, isWanted, state }) => {
  expect(checkIsolation({ status: wellStatus({ isolation }), isContainer, isWanted }).findings).toMatchObject([{ state }])
})

test('says what a broker would do where none runs', () => {
  const [wanted] = checkIsolation({ status: undefined, isContainer: true, isWanted: true }).findings
  const [unwanted] = checkIsolation({ status: undefined, isContainer: true, isWanted: false }).findings
  expect(wanted).toMatchObject({ state: 'skipped', detail: expect.stringContaining('gives each child a uid') })
  expect(unwanted).toMatchObject({ state: 'skipped', detail: expect.stringContaining('under one uid') })
})
