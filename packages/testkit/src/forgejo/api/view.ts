import type { Account, Accounts } from '../accounts.ts'
import type { Content } from '../forge/content.ts'
import type { ApiContext, ApiState } from './api-env.ts'

/** From where things are shown in JSON: their URLs begin with the origin, their permissions are the viewer's. */
export interface View {
  readonly origin: string
  readonly accounts: Accounts
  readonly content: Content
  readonly account: Account | undefined
}

export function viewOf(c: ApiContext, { accounts, content }: Pick<ApiState, 'accounts' | 'content'>): View {
  return { origin: c.var.origin, accounts, content, account: c.var.viewer?.account }
}
