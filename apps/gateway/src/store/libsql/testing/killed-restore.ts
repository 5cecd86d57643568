import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

// Restores a backup, and is killed before its n-th change to the file system.

const [path = '', source = '', killBefore = ''] = process.argv.slice(2)

const { restoreBackup } = await import('../backup/restore.ts')
const { readBrokerSchema } = await import('../known-migrations.ts')
const { createTestSealer } = await import('./sealer.ts')
const { fileLocation } = await import('./file-location.ts')

let changes = 0
const changing = ['writeFileSync', 'linkSync', 'renameSync', 'rmSync', 'fsyncSync'] as const
for (const name of changing) {
  const original: unknown = fs[name]
  if (typeof original !== 'function') throw new Error(`${name} is not a function`)
  Object.assign(fs, {
    [name]: (...args: readonly unknown[]): unknown => {
      changes += 1
      if (changes === Number(killBefore)) process.kill(process.pid, 'SIGKILL')
      return Reflect.apply(original, fs, args)
    },
  })
}
syncBuiltinESMExports()

const restored = await restoreBackup({
  location: fileLocation(path),
  source: { path: source },
  schema: readBrokerSchema(),
  identity: { forgejoOrigin: 'https://forgejo.test', oauthClientId: 'application', sealer: await createTestSealer() },
  nowMs: 1,
  stopping: new AbortController().signal,
})
process.stdout.write(`${restored.ok ? 'restored' : restored.error.message}\n`)
