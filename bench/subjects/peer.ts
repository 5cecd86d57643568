import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { createHttpSession } from '../load/http-session.ts'
import type { ChildStart } from '../load/stdio-session.ts'
import { argumentsOfPeer, type PeerName } from './peer-programs.ts'
import type { Subject } from './subject.ts'

const onLoopback = fileURLToPath(new URL('../peers/listen-on-loopback.mjs', import.meta.url))

/** Starts a peer in front of the child, over streamable HTTP with sessions; resolves when it accepts connections. */
export async function startPeer(name: PeerName, start: ChildStart): Promise<Subject> {
  const port = await findFreePort(0)
  const peer = spawn(process.execPath, ['--import', onLoopback, ...argumentsOfPeer(name, { port, start })], {
    env: { PATH: process.env['PATH'], ...start.environment },
    // Its own group, so that those of its children that it leaves behind are ended too.
    detached: true,
    stdio: 'ignore',
  })
  const isGone = (): boolean => peer.exitCode !== null || peer.signalCode !== null
  const killGroup = (): void => {
    if (peer.pid !== undefined && !isGone()) process.kill(-peer.pid, 'SIGKILL')
  }
  process.once('exit', killGroup)
  await untilListening(peer, port)
  return {
    name,
    createSession: (connection) => createHttpSession({ port, connection }),
    roots: () => (peer.pid === undefined ? [] : [peer.pid]),
    async stop() {
      process.off('exit', killGroup)
      if (isGone()) return
      const exited = once(peer, 'exit')
      killGroup()
      await exited
    },
  }
}

async function untilListening(peer: ChildProcess, port: number): Promise<void> {
  while (peer.exitCode === null) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'close').then(() => false)]).catch(
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    await wait(50)
  }
  throw new Error(`It ended with ${peer.exitCode} before it listened.`)
}
