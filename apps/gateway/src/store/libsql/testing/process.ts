import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A process of the running test, killed after it. */
export interface TestProcess {
  /** The next line that it writes; throws when there is none any more. */
  nextLine(): Promise<string>
  /** Tells it to go on. */
  proceed(): void
  kill(signal: 'SIGKILL' | 'SIGTERM'): void
  /** Settles when it has ended. */
  readonly ended: Promise<unknown>
}

/** Runs a TypeScript program. */
export function startProcess(program: URL, args: readonly string[]): TestProcess {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return {
    async nextLine() {
      const line = await lines.next()
      if (line.done === true) throw new Error(`${program.pathname} ended before it wrote what was waited for`)
      return line.value
    },
    proceed: () => child.stdin.write('\n'),
    kill: (signal) => child.kill(signal),
    ended,
  }
}
