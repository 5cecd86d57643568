import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { designPageFile, inCheckout } from '../generated-documents/files.ts'
import { replaceBetweenMarks } from '../generated-documents/replace-between-marks.ts'
import { allDefences } from './all-defences.ts'
import { tabulateDefences } from './defences-table.ts'

const defences = allDefences.flatMap(({ defences }) => defences)

test('docs/design.md has the table of the defences (otherwise: npm run defences)', () => {
  const page = readFileSync(designPageFile, 'utf8')
  expect(page).toBe(replaceBetweenMarks({ page, name: 'defences', text: tabulateDefences(allDefences) }))
})

test('every test that is named as a proof exists', () => {
  const missing = defences.filter(({ proof }) => !hasTest(proof))
  expect(missing.map(({ proof }) => `${proof.file}: ${proof.test}`)).toEqual([])
})

test('every defence can be taken out where it says so, to see its proof fail', () => {
  const missing = defences.filter(({ stoppedIn, takenOut }) => read(takenOut.file ?? stoppedIn).split(takenOut.code).length !== 2)
  expect(missing.map(({ stoppedIn, takenOut }) => `${takenOut.file ?? stoppedIn}: ${takenOut.code}`)).toEqual([])
})

function hasTest({ file, test }: { readonly file: string; readonly test: string }): boolean {
  const source = read(file)
  return [`'`, '"', '`'].some((mark) => source.includes(`${mark}${test}${mark}`))
}

/** Empty where there is no such file. */
function read(path: string): string {
  try {
    return readFileSync(inCheckout(path), 'utf8')
  } catch {
    return ''
  }
}
