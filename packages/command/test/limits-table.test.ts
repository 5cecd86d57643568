import { readFileSync } from 'node:fs'
import { inCheckout } from '@fjmcp-broker/testkit/generated-documents/files'
import { expect, test } from 'vitest'
import { listSettings } from '../src/settings/list-settings.ts'

const standards = new Map(listSettings().map(({ name, standard }) => [name, Number(standard)]))
const [, table = ''] = /^# Limits and memory$([^#]+)/m.exec(readFileSync(inCheckout('docs/operate.md'), 'utf8')) ?? []
const cells = table.split('\n').flatMap((row) => row.split(' | ').filter((cell) => cell.includes('FJMCP_BROKER_') && /^\d/.test(cell)))

test('docs/operate.md has the default of each limit that is a setting', () => {
  const names = cells.flatMap(namesIn)
  expect(names).toHaveLength(13)
  expect(new Set(names).size).toBe(names.length)
})

test.each(cells)('docs/operate.md has the defaults that the settings have: %s', (cell) => {
  const shown = [...(cell.split('(')[0] ?? '').matchAll(/([\d,]*\d)(?: ([KM]iB))?/g)]
  const values = shown.map(([, digits = '', unit]) => Number(digits.replaceAll(',', '')) * (bytesPer[unit ?? ''] ?? 1))
  expect(values).toEqual(namesIn(cell).map((name) => (standards.get(name) ?? Number.NaN) * bytesPerUnit(name)))
})

const bytesPer: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20 }

function namesIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`(FJMCP_BROKER_\w+)`/g)].map(([, name = '']) => name)
}

/** By the unit that a setting's name ends in; 1 where it names none of memory. */
function bytesPerUnit(name: string): number {
  if (name.endsWith('_MIB')) return 2 ** 20
  return name.endsWith('_KIB_PER_SECOND') ? 2 ** 10 : 1
}
