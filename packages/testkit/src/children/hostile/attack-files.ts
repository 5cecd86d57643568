import {
  accessSync,
  chmodSync,
  constants,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { type Attempt, Refusal, tryAll } from './attempt.ts'
import type { Targets } from './targets.ts'

/** Opens the sockets and the database, and looks for a place where it could leave something. */
export async function attackFiles({ sockets, databaseFolder, roots }: Targets): Promise<readonly Attempt[]> {
  const attempts: Attempt[] = []
  for (const socket of sockets) attempts.push(...(await attackSocket(socket)))
  const database = join(databaseFolder, 'broker.db')
  attempts.push(
    ...(await tryAll({
      'list the folder of the database': () => readdirSync(databaseFolder).join(' '),
      'read the database': () => readFileSync(database, 'latin1'),
      'write the database': () => writeFileSync(database, '', { flag: 'r+' }),
      'put a file beside the database': () => writeFileSync(join(databaseFolder, 'hostile'), ''),
      'replace the database': () => renameSync(join(databaseFolder, 'broker.db-wal'), database),
      'delete the database': () => rmSync(database),
      'open the folder of the database to all': () => chmodSync(databaseFolder, 0o777),
    })),
  )
  for (const root of roots) attempts.push(...(await lookForPlaces(root)))
  return attempts
}

function attackSocket(socket: string): Promise<readonly Attempt[]> {
  return tryAll({
    [`connect to ${socket}`]: () => untilConnected(socket),
    [`open ${socket} to all`]: () => chmodSync(socket, 0o777),
    [`link to ${socket}`]: () => linkSync(socket, '/tmp/hostile.sock'),
    [`put a socket of its own in the place of ${socket}`]: () => renameSync(socket, `${socket}.old`),
    [`put a file beside ${socket}`]: () => writeFileSync(join(dirname(socket), 'hostile'), ''),
  })
}

function untilConnected(path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = connect(path, () => {
    socket.destroy()
    resolve()
  })
  socket.once('error', reject)
  return promise
}

async function lookForPlaces(root: string): Promise<readonly Attempt[]> {
  const places = writablePlaces(root)
  if (places.length > 0) return places.map((place) => ({ attempt: `write to ${place}`, outcome: 'SUCCEEDED' }))
  return tryAll({ [`find a place to write to below ${root}`]: () => Promise.reject(new Refusal('there is none')) })
}

/** The folders and files below a folder, itself included, that this process may write to. What is in `/proc` is no place: it goes with its process. */
export function writablePlaces(root: string): readonly string[] {
  const places = isWritableFolder(root) ? [root] : []
  const folders = [root]
  for (const folder of folders) {
    for (const name of listFolder(folder)) {
      const path = join(folder, name)
      const entry = lstatSync(path, { throwIfNoEntry: false })
      if (path === '/proc' || entry === undefined || entry.isSymbolicLink()) continue
      if (entry.isDirectory()) folders.push(path)
      if (entry.isDirectory() ? isWritableFolder(path) : entry.isFile() && isWritableFile(path)) places.push(path)
    }
  }
  return places
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** Permission is not all: of message queues there may be none although their folder is open to all. */
function isWritableFolder(folder: string): boolean {
  const path = join(folder, `hostile-${process.pid}`)
  try {
    writeFileSync(path, '')
    rmSync(path)
    return true
  } catch {
    return false
  }
}

function isWritableFile(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
