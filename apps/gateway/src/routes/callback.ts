import { type Context, Hono } from 'hono'
import type { GatewayDependencies, SignInTimings } from '../dependencies.ts'
import { parseParameters } from '../domain/oauth/parameters.ts'
import { parseUpstreamState } from '../domain/oauth/authorize/upstream-state.ts'
import type { AccessTokens } from '../memory/access-tokens.ts'
import type { SignInsUnderWay } from '../memory/sign-ins-under-way.ts'
import { createCodeRedemption } from '../flows/oauth/redeem-code.ts'
import { finishSignIn, type UpstreamAnswer } from '../flows/oauth/finish-sign-in.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { answerPage } from '../middleware/answer-error.ts'
import { limitAddress, type Limiting } from '../middleware/limit-address.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import type { RecordFor } from '../middleware/record-for.ts'
import { opensPage } from './page-requests.ts'
import { createSignInCookies } from './sign-in-cookie.ts'
import { type SignInProblem, signInProblem } from './sign-in-problems.ts'

type Deps = Pick<
  GatewayDependencies,
  'settings' | 'store' | 'runner' | 'forgejo' | 'secrets' | 'clock' | 'log' | 'waitUntil' | 'stopping' | 'signInTimings'
> &
  Limiting & {
    readonly accessTokens: AccessTokens
    readonly signInsUnderWay: SignInsUnderWay
    readonly recordFor: RecordFor
  }

const standardTimings: SignInTimings = {
  browserWaitMs: 10_000,
  retryDelaysMs: [250, 1_000, 3_000, 10_000, 30_000, 60_000, 120_000, 300_000],
}

/** `/oauth/callback`: where Forgejo sends the browser back to. */
export function callbackRoutes(deps: Deps): Hono<GatewayEnv> {
  const { browserWaitMs, retryDelaysMs } = deps.signInTimings ?? standardTimings
  const finishing = { ...deps, browserWaitMs, redeemCode: createCodeRedemption({ ...deps, retryDelaysMs }) }
  const cookies = createSignInCookies(deps.settings)
  const allowGetOnly = methodNotAllowed('GET')
  const app = new Hono<GatewayEnv>()

  app.use('/oauth/callback', noStore)
  app.get('/oauth/callback', opensPage, limitAddress({ limit: deps.limits.callbacks, addressOf: deps.addressOf }), async (c, next) => {
    // To the router HEAD is GET; what only looks must not use the sign-in up.
    if (c.req.method === 'HEAD') return allowGetOnly(c, next)
    const { values, repeated } = parseParameters(new URL(c.req.url).searchParams)
    const state = values.get('state')
    const outcome = parseOutcome(values)
    if (repeated.size > 0 || state === undefined || outcome === undefined) return refuse(deps, c, { reason: 'malformed_callback' })
    const signInId = parseUpstreamState(state)
    if (signInId === undefined) return refuse(deps, c, { reason: 'unknown_state' })
    const recording = { ...finishing, record: deps.recordFor(c) }
    const finished = await finishSignIn(recording, { state, outcome, browserSecret: cookies.get(c, signInId) })
    // A page that makes up a state must not end the sign-in that is under way.
    if (finished.ok || finished.error.reason !== 'unknown_state') cookies.drop(c, signInId)
    return finished.ok ? c.redirect(finished.value, 303) : refuse(deps, c, finished.error)
  })
  app.all('/oauth/callback', allowGetOnly)
  return app
}

function parseOutcome(values: ReadonlyMap<string, string>): UpstreamAnswer['outcome'] | undefined {
  const error = values.get('error')
  if (error !== undefined) return { error }
  const code = values.get('code')
  return code === undefined ? undefined : { code }
}

function refuse({ log }: Deps, c: Context<GatewayEnv>, problem: SignInProblem): Promise<Response> {
  log.info('callback_refused', { reason: problem.reason })
  return answerPage(c, signInProblem(problem))
}
