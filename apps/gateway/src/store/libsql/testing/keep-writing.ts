import { openStoreFile } from './open-file.ts'

// Registers one client after the other and says of each when it is stored, until it is killed.

const [path = ''] = process.argv.slice(2)

const store = await openStoreFile(path)
for (let number = 0; ; number += 1) {
  const id = `cli_${process.pid}_${number}`
  await store.clients.insert({ id, name: 'Editor', redirectUris: ['http://127.0.0.1/callback'], createdAtMs: 1 })
  process.stdout.write(`${id}\n`)
}
