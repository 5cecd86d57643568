import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { callRequest, initializedNotification, initializeRequest, listRequest } from './messages.ts'
import type { Session } from './session.ts'

/** How a child is started. */
export interface ChildStart {
  readonly program: string
  readonly arguments: readonly string[]
  /** All of its environment. */
  readonly environment: Readonly<Record<string, string>>
}

/** A session that is a child of its own, straight over stdio: nothing that serves MCP can be faster. */
export interface StdioSession extends Session {
  /** Undefined before `initialize` and after the end. */
  pid(): number | undefined
}

export function createStdioSession(start: ChildStart): StdioSession {
  let child: ChildProcessByStdio<Writable, Readable, null> | undefined
  let waiting: PromiseWithResolvers<Buffer> | undefined
  let parts: Buffer[] = []
  let id = 0

  return {
    pid: () => child?.pid,
    async initialize() {
      child = spawn(start.program, start.arguments, { env: start.environment, stdio: ['pipe', 'pipe', 'ignore'] })
      child.stdout.on('data', take)
      child.on('error', (error) => waiting?.reject(error))
      child.on('exit', () => waiting?.reject(new Error('The child ended before its answer.')))
      await ask(initializeRequest, 'serverInfo')
    },
    confirm: async () => void child?.stdin.write(`${initializedNotification}\n`),
    call: (tool) => ask(callRequest(++id, tool), tool.answer),
    list: () => ask(listRequest(++id), '"tools"'),
    async close() {
      if (child === undefined || child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.stdin.end()
      child.kill('SIGKILL')
      await ended
      child = undefined
    },
  }

  async function ask(request: string, wanted: string): Promise<void> {
    waiting = Promise.withResolvers()
    child?.stdin.write(`${request}\n`)
    const line = await waiting.promise
    if (!line.includes(wanted)) throw new Error(`Answered ${line.toString().slice(0, 300)}`)
  }

  /** One answer is awaited at a time and the child says nothing else, so the line ends where the bytes do. */
  function take(bytes: Buffer): void {
    parts.push(bytes)
    if (bytes.at(-1) !== lineFeed) return
    const line = parts.length === 1 ? bytes : Buffer.concat(parts)
    parts = []
    waiting?.resolve(line)
  }
}

const lineFeed = 0x0a
