import type { GatewayFrame, RunnerFrame } from '@fjmcp-broker/shared/runner/frames'
import type { Runner } from '@fjmcp-broker/shared/runner/runner'

/** A frame that is answered by one frame. */
export type QuestionFrame = Exclude<GatewayFrame, { type: 'call' | 'read' | 'stop' }>

/** Has the runner do what is asked, and makes the frame that answers it. Throws what the runner throws. */
export async function answerQuestion(runner: Runner, frame: QuestionFrame): Promise<RunnerFrame> {
  const { id } = frame
  switch (frame.type) {
    case 'catalogue':
      return { type: 'catalogue', id, result: await runner.catalogue() }
    case 'describe':
      return { type: 'described', id, result: await runner.describe(frame.session) }
    case 'cancel':
      await runner.cancel(frame.key, frame.requestId)
      return { type: 'done', id }
    case 'end':
      await runner.end(frame.key)
      return { type: 'done', id }
    case 'set_credential':
      await runner.setCredential(frame.credential)
      return { type: 'done', id }
    case 'set_forgejo_version':
      await runner.setForgejoVersion(frame.version)
      return { type: 'done', id }
    case 'status':
      return { type: 'status', id, status: await runner.status() }
    case 'sessions':
      return { type: 'sessions', id, sessions: [...(await runner.sessions())] }
  }
}
