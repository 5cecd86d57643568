import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRunnerClient, type RunnerClient } from '@fjmcp-broker/gateway/runner/runner-client'
import { type ChannelServer, createChannelServer } from '@fjmcp-broker/runner/channel/channel-server'
import { type Log, silentLog } from '@fjmcp-broker/shared/log'
import type { Runner, SessionDescription, SessionKey, StreamEvent } from '@fjmcp-broker/shared/runner/runner'
import { onTestFinished } from 'vitest'

const maxFrameBytes = 1024 * 1024

/** A socket of its own for one test; all that was started on it is ended and its folder removed after the test. */
export interface ChannelFixture {
  serve(runner: Runner, options?: { readonly epoch?: string; readonly log?: Log }): Promise<ChannelServer>
  connect(options?: { readonly waitMs?: number; readonly maxQueuedBytes?: number; readonly roomWaitMs?: number }): RunnerClient
}

export async function createChannelFixture(): Promise<ChannelFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'channel-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const socketPath = join(folder, 'run', 'runner.sock')
  return {
    async serve(runner, { epoch = 'first', log = silentLog } = {}) {
      const server = createChannelServer({ runner, epoch, socketPath, maxFrameBytes, log })
      onTestFinished(() => server.close())
      const listening = await server.listen()
      if (!listening.ok) throw new Error(listening.error.detail)
      return server
    },
    connect(options = {}) {
      const client = createRunnerClient({ socketPath, maxFrameBytes, log: silentLog, ...options })
      onTestFinished(() => client.close())
      return client
    },
  }
}

export function sessionOf(key: SessionKey): SessionDescription {
  return { key, userId: 'usr_1', accessLevel: 'write', logLevel: 'warning' }
}

export function request(id: string | number, method: string, params: Record<string, unknown> = {}) {
  return { jsonrpc: '2.0' as const, id, method, params }
}

export function progress(step: number): StreamEvent['message'] {
  return { jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: step } }
}

export function response(id: string | number): StreamEvent['message'] {
  return { jsonrpc: '2.0', id, result: {} }
}

/** The events of a reading that has to have been opened. */
export async function opened(reading: ReturnType<Runner['events'] | Runner['call']>): Promise<AsyncIterable<StreamEvent>> {
  const result = await reading
  if (!result.ok) throw new Error(result.error.reason)
  return result.value
}

/** Reads to the end. */
export async function collect(events: AsyncIterable<StreamEvent>): Promise<readonly StreamEvent[]> {
  return Array.fromAsync(events)
}

/** A signal that never comes. */
export const untilTheEnd = new AbortController().signal
