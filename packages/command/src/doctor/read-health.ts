import { z } from 'zod'
import type { Answer } from './network/ask.ts'
import { parseJson } from './parse-json.ts'

/** Who answers at `/healthz`. The broker written in Go answers there too, without a runner. */
export type HealthAnswer =
  | { readonly by: 'broker'; readonly isHealthy: boolean }
  | { readonly by: 'older_broker' }
  | { readonly by: 'somebody_else' }

export function readHealth({ status, body }: Pick<Answer, 'status' | 'body'>): HealthAnswer {
  const health = parseJson(body, healthSchema)
  if (health === undefined || (status !== 200 && status !== 503)) return { by: 'somebody_else' }
  return health.runner === undefined ? { by: 'older_broker' } : { by: 'broker', isHealthy: status === 200 }
}

const healthSchema = z.object({ status: z.string(), store: z.string(), runner: z.string().optional() })
