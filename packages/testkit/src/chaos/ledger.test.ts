import { expect, test } from 'vitest'
import { createFindings } from './findings.ts'
import { createLedger } from './ledger.ts'

function create() {
  const findings = createFindings()
  return { findings, ledger: createLedger(findings) }
}

test('finds a call that ends twice', () => {
  const { findings, ledger } = create()
  const end = ledger.begin({ name: 'read' })
  end({ kind: 'result', result: 1 })
  expect(findings.all).toEqual([])
  end({ kind: 'lost', why: 'again' })
  expect(findings.all).toEqual([expect.stringContaining('a second time')])
})

test.each([401, 404, 500])('finds a call that ends with %i', (status) => {
  const { findings, ledger } = create()
  ledger.begin({ name: 'read' })({ kind: 'error', status, message: 'why' })
  expect(findings.all).toHaveLength(1)
})

test('finds an error without a reason', () => {
  const { findings, ledger } = create()
  ledger.begin({ name: 'read' })({ kind: 'error', status: 503, message: '' })
  expect(findings.all).toHaveLength(1)
})

test('acknowledges writes by results alone', () => {
  const { ledger } = create()
  ledger.begin({ name: 'write', writes: 'one' })({ kind: 'result', result: {} })
  ledger.begin({ name: 'write', writes: 'two' })({ kind: 'error', status: 503, message: 'out of reach' })
  ledger.begin({ name: 'write', writes: 'three' })
  expect([...ledger.writes].filter(([, { acknowledged }]) => acknowledged)).toEqual([['one', { acknowledged: true }]])
  expect([ledger.finished, ledger.underWay]).toEqual([2, 1])
})

test('tells when what was waited for holds', async () => {
  const { ledger } = create()
  const two = ledger.until(() => ledger.finished >= 2)
  for (const _ of [1, 2]) ledger.begin({ name: 'read' })({ kind: 'result', result: {} })
  await expect(two).resolves.toBeUndefined()
})
