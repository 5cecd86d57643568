import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createResults } from './results.ts'

test('the file says after each part when the run began, what was asked for and what is done', () => {
  const parent = mkdtempSync(join(tmpdir(), 'fjmcp-results-'))
  onTestFinished(() => rmSync(parent, { recursive: true, force: true }))
  const at = new Date('2026-05-01T10:20:30.400Z')
  const results = createResults(join(parent, 'results'), { at, asked: ['calls', 'lists'], machine: {}, settings: {} })
  expect(results.file).toBe(join(parent, 'results', '2026-05-01T10-20-30.json'))

  const sample = { subject: 'broker', part: 'calls', round: 1, figures: { call_p50_1: 1 } } as const
  results.add('calls', [sample], ['A note.'])
  const written = () => JSON.parse(readFileSync(results.file, 'utf8'))
  expect(written()).toMatchObject({
    at: '2026-05-01T10:20:30.400Z',
    parts: { asked: ['calls', 'lists'], done: ['calls'] },
    notes: ['A note.'],
    samples: [sample],
  })
  results.add('lists', [{ ...sample, part: 'lists' }], [])
  expect(written()).toMatchObject({ parts: { done: ['calls', 'lists'] }, samples: [sample, { part: 'lists' }] })
})
