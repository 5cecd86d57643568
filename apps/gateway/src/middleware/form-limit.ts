import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { GatewayEnv } from '../hono-env.ts'

const maxBytes = 65_536

/** Bounds a body to 64 KB, whether its length was announced or not. */
export function formLimit(tooLarge: (c: Context<GatewayEnv>) => Response | Promise<Response>) {
  return bodyLimit({ maxSize: maxBytes, onError: tooLarge })
}
