import { hash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A hash of each file in a folder, by name: two answers are equal when nothing was touched in between. Left out are the files that are not
 * the database's, since they lock it, and the index of its write-ahead log, which whoever reads makes anew and which holds nothing of it.
 */
export function hashFiles(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm') && !name.includes('.lock'))
  return Object.fromEntries(names.toSorted().map((name) => [name, hash('sha256', readFileSync(join(folder, name)))]))
}
