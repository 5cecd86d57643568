import { Hono } from 'hono'
import type { GatewayDependencies } from '../dependencies.ts'
import { reportKeys } from '../domain/keys/key-report.ts'
import { reencrypt, type ReencryptionDependencies } from '../flows/keys/re-encrypt.ts'
import { StoreFailure } from '../store/store.ts'
import { streamLines } from './stream-lines.ts'

/** Which keys are loaded and needed, and the re-encryption with the first of them, which tells how far it is, a line for each part. */
export function keyRoutes(deps: ReencryptionDependencies & Pick<GatewayDependencies, 'log' | 'stopping'>): Hono {
  const { store, log, stopping } = deps
  const app = new Hono()
  app.get('/keys', async (c) => c.json(await report()))
  app.post('/keys/re-encrypt', () =>
    streamLines(async ({ send, closed }) => {
      try {
        const done = await reencrypt(deps, {
          stopping: AbortSignal.any([closed, stopping]),
          onProgress: (progress) => send({ progress }),
        })
        send({ done: { ...done, ...(await report()) } })
      } catch (error) {
        if (!(error instanceof StoreFailure)) throw error
        log.error('admin_question_failed', { path: '/keys/re-encrypt', reason: error.message })
        send({ failed: { reason: 'store_failed', message: `The database failed: ${error.message}` } })
      }
    }),
  )
  return app

  async function report() {
    return reportKeys(store.keys.loaded, await store.keys.uses())
  }
}
