import { chmodSync, writeFileSync } from 'node:fs'
import { nonblockFolder } from '../nonblock.ts'
import { assembleNonblock } from './assemble.ts'

for (const [platform, bytes] of Object.entries(assembleNonblock())) {
  const path = `${nonblockFolder}/${platform}`
  writeFileSync(path, bytes)
  chmodSync(path, 0o755)
}
