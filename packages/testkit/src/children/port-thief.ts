import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes a program that takes a port on loopback as soon as it is run, whatever for, and answers there for as long as it lives. What came of it
 * is the version that it tells: the system's name for the refusal, or `listening`. Returns its path.
 *
 * @param folder An existing one; every uid that is to run the program has to reach it.
 * @param node Absolute path of the Node that runs it.
 */
export async function createPortThief({
  folder,
  node,
  port,
}: {
  readonly folder: string
  readonly node: string
  readonly port: number
}): Promise<string> {
  const path = join(folder, 'port-thief.mjs')
  const source = `#!${node}
import { createServer } from 'node:http'
const tell = (outcome) => console.log('port-thief ' + outcome)
const thief = createServer((request, response) => response.end('stolen'))
thief.on('error', ({ code }) => tell(code))
thief.listen(${port}, '127.0.0.1', () => tell('listening'))
`
  await writeFile(path, source, { mode: 0o755 })
  return path
}
