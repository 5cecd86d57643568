import { readFileSync, writeFileSync } from 'node:fs'
import { designPageFile } from '../generated-documents/files.ts'
import { replaceBetweenMarks } from '../generated-documents/replace-between-marks.ts'
import { allDefences } from './all-defences.ts'
import { tabulateDefences } from './defences-table.ts'

// Called by `npm run defences` after a defence was added or moved.
const page = readFileSync(designPageFile, 'utf8')
const renewed = replaceBetweenMarks({ page, name: 'defences', text: tabulateDefences(allDefences) })
if (renewed !== page) writeFileSync(designPageFile, renewed)
console.log(`docs/design.md ${renewed === page ? 'has the tables of the defences as they are' : 'has the new tables of the defences'}`)
