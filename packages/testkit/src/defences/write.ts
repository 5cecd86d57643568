import { readFileSync, writeFileSync } from 'node:fs'
import { designPageFile } from '../generated-documents/files.ts'
import { replaceBetweenMarks } from '../generated-documents/replace-between-marks.ts'
import { allDefences } from './all-defences.ts'
import { tabulateDefences } from './defences-table.ts'

// Called by `npm run defences` after a defence was added or moved.
const page = readFileSync(designPageFile, 'utf8')
writeFileSync(designPageFile, replaceBetweenMarks({ page, name: 'defences', text: tabulateDefences(allDefences) }))
