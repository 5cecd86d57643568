import { mkdirSync } from 'node:fs'
import { bundle } from './bundle.ts'

// Called by the Containerfile: main.ts FOLDER
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('expected is the folder that the program is put into')
mkdirSync(folder, { recursive: true })
await bundle({ folder, node: '/nodejs/bin/node' })
