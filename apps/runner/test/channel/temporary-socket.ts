import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silentLog } from '@fjmcp-broker/shared/log'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'
import { onTestFinished } from 'vitest'
import { createChannelServer } from '../../src/channel/channel-server.ts'

/** A path for a socket, in a folder that does not exist yet; all is removed after the test. */
export async function createSocketPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'channel-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return join(folder, 'run', 'runner.sock')
}

/** Serves a runner on a socket of its own until the test ends. */
export async function serveRunner(runner: Runner, limits: { readonly maxBufferedBytes?: number } = {}): Promise<string> {
  const socketPath = await createSocketPath()
  const server = createChannelServer({ runner, epoch: 'first', socketPath, maxFrameBytes: 100_000, log: silentLog, ...limits })
  onTestFinished(() => server.close())
  const listening = await server.listen()
  if (!listening.ok) throw new Error(listening.error.detail)
  return socketPath
}
