import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createMisbehaviours } from './misbehaviours.ts'
import { serveStdio } from './serve-stdio.ts'

/**
 * How a misbehaving child begins. Apart from what their names say all serve the same tools, of which most are one misbehaviour each.
 *
 * - `misbehaving` begins well.
 * - `noisy` first writes what is no protocol to both outputs.
 * - `crashing` ends with code 1 at once.
 * - `silent` never answers anything, but ends with its input.
 * - `stubborn` has a grandchild; neither takes notice of SIGTERM or of the end of their input.
 */
export type MisbehavingKind = 'misbehaving' | 'noisy' | 'crashing' | 'silent' | 'stubborn'

/**
 * Runs this process as a child that does not keep to the rules. It needs neither Forgejo nor arguments.
 *
 * @public Imported by the programs that `createChildProgram` writes.
 */
export async function runMisbehaving(kind: MisbehavingKind): Promise<void> {
  if (kind === 'crashing') crash()
  if (kind === 'noisy') makeNoise()
  const grandchildPid = kind === 'stubborn' ? await refuseToEnd() : undefined
  if (kind === 'silent') {
    process.stdin.resume()
    return
  }
  await serveStdio({
    server: { name: 'Misbehaving MCP Server', version: '0.0.0', tools: createMisbehaviours(grandchildPid) },
    input: process.stdin,
    output: process.stdout,
    stop: new AbortController().signal,
  })
}

function crash(): never {
  process.stderr.write('FATAL this child crashes at its start\n')
  process.exit(1)
}

function makeNoise(): void {
  process.stdout.write('Welcome!\n\n{"event": "started"}\n[]\nnull\n')
  process.stderr.write(`${'much ado about nothing '.repeat(20_000)}\n`)
}

/** Resolves with the pid of the grandchild once that one refuses too; it stays in the process group of this child. */
async function refuseToEnd(): Promise<number | undefined> {
  process.on('SIGTERM', () => undefined)
  setInterval(() => undefined, 1_000_000)
  const program = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1_000_000); console.log('ready')`
  const grandchild = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(grandchild.stdout, 'data')
  return grandchild.pid
}
