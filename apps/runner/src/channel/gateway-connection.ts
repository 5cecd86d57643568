import type { Duplex } from 'node:stream'
import type { Log } from '@fjmcp-broker/shared/log'
import { type MalformedFrame, parseGatewayFrame } from '@fjmcp-broker/shared/runner/frames'
import type { CredentialRejection, Runner } from '@fjmcp-broker/shared/runner/runner'
import type { WebSocket } from 'ws'
import { answerQuestion, type QuestionFrame } from './answer-question.ts'
import { type ChannelLimits, createFrameWriter } from './frame-writer.ts'
import { createReadings, type ReadingFrame } from './readings.ts'
import type { UnansweredRejections } from './unanswered-rejections.ts'

export interface GatewayConnection {
  tellRejection(rejection: CredentialRejection): void
  tellCatalogueChanged(): void
  close(): void
}

const malformed = { code: 1007, reason: 'malformed frame' }
const stopping = { code: 1001, reason: 'the runner stops' }

/** Serves one gateway: has the runner do what its frames ask, all at once, each begun in the order in which they came. */
export function serveGateway({
  webSocket,
  socket,
  runner,
  epoch,
  rejections,
  limits,
  log,
}: {
  readonly webSocket: WebSocket
  readonly socket: Duplex
  readonly runner: Runner
  readonly epoch: string
  readonly rejections: UnansweredRejections
  readonly limits: ChannelLimits
  readonly log: Log
}): GatewayConnection {
  const writer = createFrameWriter({ webSocket, socket, limits })
  const readings = createReadings({ runner, writer, log })

  function receive(text: string): void {
    const frame = parseGatewayFrame(text)
    if (!frame.ok) refuse(frame.error)
    else if (frame.value.type === 'stop') readings.stop(frame.value.id)
    else void guard(frame.value, perform(frame.value))
  }

  function refuse({ id, detail }: MalformedFrame): void {
    log.error('malformed_frame_received', { detail })
    if (id === undefined) webSocket.close(malformed.code, malformed.reason)
    else writer.write({ type: 'failed', id, detail })
  }

  async function perform(frame: QuestionFrame | ReadingFrame): Promise<void> {
    if (frame.type === 'read' || frame.type === 'call') return readings.start(frame)
    if (frame.type === 'set_credential') rejections.settle(frame.credential)
    const answer = await answerQuestion(runner, frame)
    if (writer.write(answer)) return
    log.error('answer_too_large', { call: frame.type })
    writer.write({ type: 'failed', id: frame.id, detail: 'the answer is too large for the channel' })
  }

  /** Answers a call that the runner threw at: one broken call must not break the others. */
  async function guard(frame: QuestionFrame | ReadingFrame, work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      log.error('runner_call_failed', { call: frame.type, detail: String(error) })
      writer.write({ type: 'failed', id: frame.id, detail: `the runner failed at ${frame.type}; its log says why` })
    }
  }

  webSocket.on('message', (data) => receive((data as Buffer).toString()))
  webSocket.on('error', (error) => log.error('gateway_connection_failed', { detail: error.message }))
  webSocket.on('close', (code, reason) => {
    readings.stopAll()
    log.info('gateway_disconnected', { code, reason: String(reason) })
  })
  writer.write({ type: 'hello', epoch })
  for (const rejection of rejections.list()) writer.write({ type: 'credential_rejected', rejection })

  return {
    tellRejection(rejection) {
      writer.write({ type: 'credential_rejected', rejection })
    },
    tellCatalogueChanged() {
      writer.write({ type: 'catalogue_changed' })
    },
    close() {
      webSocket.close(stopping.code, stopping.reason)
      webSocket.terminate()
    },
  }
}
