import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('when the runner is killed, the gateway kills the groups of its children, whole and no others, and ends', async () => {
  const processes = await listenForProcesses()
  const runner = spawn(process.execPath, [join(import.meta.dirname, 'fixture-runner.ts'), processes.socketPath], { stdio: 'ignore' })
  onTestFinished(() => void runner.kill('SIGKILL'))
  const names = ['gateway', 'told', 'told-grandchild', 'mistaken', 'mistaken-grandchild', 'ended', 'ended-grandchild']
  const [gateway, told, grandchild, ...others] = await Promise.all(names.map((name) => processes.started(name)))

  runner.kill('SIGKILL')
  await Promise.all([gateway?.ended, told?.ended, grandchild?.ended])

  expect(await Promise.all(others.map((other) => other.answers()))).toStrictEqual([true, true, true, true])
})

interface SeenProcess {
  /** Settles when the process is no more. */
  readonly ended: Promise<unknown>
  /** Whether it still answers: one that a SIGKILL is under way to does not. */
  answers(): Promise<boolean>
}

/** Hears of processes that connect and say a name. Those that still live after the test are killed. */
async function listenForProcesses() {
  const folder = await mkdtemp(join(tmpdir(), 'parent-pipe-'))
  const seen = new Map<string, PromiseWithResolvers<SeenProcess>>()
  const pids = new Set<number>()
  const server = createServer((socket) => void welcome(socket))

  async function welcome(socket: Socket): Promise<void> {
    const ended = once(socket, 'close')
    const said = on(
      socket.setEncoding('utf8').on('error', () => {}),
      'data',
      { close: ['close'] },
    )
    const [name = '', pid] = String((await said.next()).value).split(' ')
    pids.add(Number(pid))
    void ended.then(() => pids.delete(Number(pid)))
    place(name).resolve({
      ended,
      async answers() {
        socket.write('are you there?')
        return (await said.next()).done !== true
      },
    })
  }

  function place(name: string): PromiseWithResolvers<SeenProcess> {
    const known = seen.get(name) ?? Promise.withResolvers<SeenProcess>()
    seen.set(name, known)
    return known
  }

  const socketPath = join(folder, 'test.sock')
  await once(server.listen(socketPath), 'listening')
  onTestFinished(async () => {
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    server.close()
    await rm(folder, { recursive: true })
  })
  return { socketPath, started: (name: string) => place(name).promise }
}
