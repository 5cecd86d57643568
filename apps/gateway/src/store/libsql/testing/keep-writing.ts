import { openStoreFile } from './open-file.ts'
import { makeClient } from './client.ts'

// Registers one client after the other and says of each when it is stored, until it is killed.

const [path = ''] = process.argv.slice(2)

const store = await openStoreFile(path)
for (let number = 0; ; number += 1) {
  const id = `cli_${process.pid}_${number}`
  await store.clients.insert(makeClient({ id }))
  process.stdout.write(`${id}\n`)
}
