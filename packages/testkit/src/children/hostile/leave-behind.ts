import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writablePlaces } from './attack-files.ts'

/** What a hostile child left for whoever comes after it. */
export interface Leftovers {
  readonly pids: readonly number[]
  readonly files: readonly string[]
}

/** Ends for nothing but SIGKILL, for five minutes: not for ever, for the sake of the machine on which the broker fails to end it. */
const stayer = `for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => {}); setTimeout(() => process.exit(), 3e5); console.log(process.pid)`
/** Starts the stayer in a session of its own and ends, so that nobody is its parent. */
const starter = `const { spawn } = require('node:child_process'); spawn(process.execPath, ['-e', ${JSON.stringify(stayer)}], { detached: true, stdio: ['ignore', 'inherit', 'ignore'] }).unref()`

/** Leaves processes in sessions of their own, one of them without a parent, and a file wherever that is possible. */
export async function leaveBehind(roots: readonly string[]): Promise<Leftovers> {
  const pids = [await startAway(stayer), await startAway(starter)]
  const files = roots.flatMap((root) => writablePlaces(root)).flatMap((place) => leaveFile(place))
  return { pids, files }
}

/** Resolves with the pid that the new process tells. */
async function startAway(source: string): Promise<number> {
  const started = spawn(process.execPath, ['-e', source], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const [told] = (await once(started.stdout, 'data')) as [Buffer]
  started.stdout.destroy()
  started.unref()
  return Number(told.toString())
}

function leaveFile(folder: string): readonly string[] {
  const path = join(folder, 'left-by-a-hostile-child')
  try {
    writeFileSync(path, 'for the next one')
    return [path]
  } catch {
    return []
  }
}
