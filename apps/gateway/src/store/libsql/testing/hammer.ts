import { once } from 'node:events'
import { createClient } from '@libsql/client/sqlite3'
import { createSerialClient } from '../serial-client.ts'

// Inserts rows into a file that another process writes to at the same time, and says which inserts were acknowledged.

const [url = '', name = '', count = '0'] = process.argv.slice(2)

let busy = 0
const log = { debug() {}, info() {}, error() {}, warn: () => (busy += 1) }
const client = createSerialClient({ client: createClient({ url, timeout: 0, concurrency: 1 }), pragmas: [], log })

process.stdout.write('ready\n')
await once(process.stdin, 'data')

const acknowledged: string[] = []
for (let number = 0; number < Number(count); number += 1) {
  const id = `${name}-${number}`
  try {
    if (number % 2 === 0) await client.execute({ sql: 'insert into rows values (?)', args: [id] })
    else await client.batch([{ sql: 'insert into rows values (?)', args: [id] }])
    acknowledged.push(id)
  } catch {
    // Refused, loudly: it must not be stored either.
  }
}
client.close()
process.stdout.write(`${JSON.stringify({ acknowledged, busy })}\n`)
process.stdin.destroy()
