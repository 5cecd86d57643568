import { z } from 'zod'
import type { McpClient } from '../mcp-client.ts'
import type { CallOutcome } from './ledger.ts'
import { describeBreak } from './raw-session.ts'

/** The tokens of one client, which it renews as it likes. */
export interface ClientAccess {
  /** The newest access token that was acknowledged. */
  readonly accessToken: () => string
  /** Never throws. Whatever came of it, the next try sends the newest refresh token that is known. */
  refresh(): Promise<CallOutcome>
}

/** Goes on with the tokens of a client that has signed in. */
export function takeOverAccess(client: McpClient, publicUrl: string): ClientAccess {
  let tokens = tokensSchema.parse(client.tokens())
  return {
    accessToken: () => tokens.access_token,
    async refresh() {
      const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: client.clientId() ?? '' }
      try {
        const response = await fetch(`${publicUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) })
        const body: unknown = await response.json()
        if (response.ok) {
          tokens = tokensSchema.parse(body)
          return { kind: 'result', result: undefined }
        }
        const { error, error_description: why } = refusalSchema.parse(body)
        return { kind: 'error', status: response.status, message: `${error}: ${why}` }
      } catch (error) {
        return { kind: 'lost', why: describeBreak(error) }
      }
    },
  }
}

const tokensSchema = z.object({ access_token: z.string(), refresh_token: z.string() })
const refusalSchema = z.object({ error: z.string(), error_description: z.string().optional() })
