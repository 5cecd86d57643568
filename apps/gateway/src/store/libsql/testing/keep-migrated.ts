import { readBrokerSchema } from '../known-migrations.ts'
import { openStoreFile } from './open-file.ts'

// Opens a store as another version of the broker would, and lives on until it is killed.

const [path = '', folder = '', version = ''] = process.argv.slice(2)

await openStoreFile(path, { schema: readBrokerSchema({ folder, version }) })
process.stdout.write('open\n')
setInterval(() => {}, 60_000)
