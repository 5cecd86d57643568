import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { reportKeys } from '../domain/keys/key-report.ts'
import { reencrypt, type ReencryptionDependencies } from '../flows/keys/re-encrypt.ts'
import { questionFailed } from './question-failed.ts'
import { streamLines } from './stream-lines.ts'

/** Which keys are loaded and needed, and the re-encryption with the first of them, which tells how far it is, a line for each part. */
export function keyRoutes(deps: ReencryptionDependencies & Pick<GatewayDependencies, 'log' | 'stopping'>): Hono {
  const { store, log, stopping } = deps
  const app = new Hono()
  app.get('/keys', async (c) => c.json(await report()))
  app.post('/keys/re-encrypt', (c) =>
    streamLines(async ({ send, closed }) => {
      try {
        const done = await reencrypt(deps, {
          stopping: AbortSignal.any([closed, stopping]),
          onProgress: (progress) => send({ progress }),
        })
        send({ done: { ...done, ...(await report()) } })
      } catch (error) {
        const { reason, message } = questionFailed(log, { path: c.req.path, error })
        send({ failed: { reason, message } })
      }
    }),
  )
  return app

  async function report() {
    return reportKeys(store.keys.loaded, await store.keys.uses())
  }
}
