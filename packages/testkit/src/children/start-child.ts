import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A running child and its three streams, without any protocol. */
export interface StartedChild {
  readonly pid: number
  /** Writes a message, or a line as it is. */
  send(message: object | string): void
  /** The next line that it writes; undefined once its output has ended. */
  nextLine(): Promise<string | undefined>
  /** The next line, parsed as JSON. */
  nextMessage(): Promise<unknown>
  /** Writes a call of a tool and waits for nothing. */
  call(id: string | number, tool: string, input?: object): void
  endInput(): void
  kill(signal: NodeJS.Signals): void
  stderr(): string
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

/** Starts a program with this environment and no other, as the broker does. Resolves when it runs, rejects when it cannot be started. */
export async function startChild({
  program,
  programArguments = [],
  environment = {},
}: {
  readonly program: string
  readonly programArguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
}): Promise<StartedChild> {
  const child = spawn(program, programArguments, { env: environment, stdio: 'pipe' })
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  await once(child, 'spawn')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // A child that ends early closes its input: what a test still writes then is of no interest.
  child.stdin.on('error', () => undefined)

  function send(message: object | string): void {
    child.stdin.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
  }

  async function nextLine(): Promise<string | undefined> {
    const { value, done } = await lines.next()
    return done === true ? undefined : value
  }

  return {
    pid: child.pid ?? 0,
    send,
    nextLine,
    nextMessage: async () => JSON.parse((await nextLine()) ?? 'null') as unknown,
    call: (id, name, input = {}) => send({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: input } }),
    endInput: () => void child.stdin.end(),
    kill: (signal) => void child.kill(signal),
    stderr: () => stderr,
    exited,
  }
}
