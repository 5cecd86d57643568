import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The fake Forgejo in a process of its own. */
export interface Api {
  /** Its origin, without a trailing slash. */
  readonly url: string
  stop(): Promise<void>
}

export async function startApi(redirectUri: string): Promise<Api> {
  const server = fork(fileURLToPath(new URL('./main.ts', import.meta.url)), [redirectUri], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = once(server, 'exit')
  const [port] = (await Promise.race([once(server, 'message'), exited.then(() => [])])) as [number?]
  if (port === undefined) throw new Error('The fake Forgejo ended before it served.')
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.disconnect()
      await exited
    },
  }
}
