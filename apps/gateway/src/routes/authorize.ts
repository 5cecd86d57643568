import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { GatewayDependencies } from '../dependencies.ts'
import { parseAuthorizeRequest } from '../domain/oauth/authorize/authorize-request.ts'
import type { AuthorizeTarget } from '../domain/oauth/authorize/authorize-target.ts'
import { findDocumentHost } from '../domain/oauth/client/document-url.ts'
import { parseParameters } from '../domain/oauth/parameters.ts'
import { describeRedirectUri, isDeviceRedirectUri } from '../domain/oauth/client/redirect-uri.ts'
import { beginSignIn } from '../flows/oauth/begin-sign-in.ts'
import { decideConsent } from '../flows/oauth/decide-consent.ts'
import { findAuthorizeTarget } from '../flows/oauth/find-authorize-target.ts'
import { createFindClient } from '../flows/oauth/find-client.ts'
import type { GatewayEnv } from '../hono-env.ts'
import { answerPage } from '../middleware/answer-error.ts'
import { formLimit } from '../middleware/form-limit.ts'
import { limitAddress, type Limiting } from '../middleware/limit-address.ts'
import { methodNotAllowed } from '../middleware/method-not-allowed.ts'
import { noStore } from '../middleware/no-store.ts'
import type { RecordFor } from '../middleware/record-for.ts'
import { consentPage } from '../views/consent-page.ts'
import { opensPage, sentByOwnPage } from './page-requests.ts'
import { answerRejectedRequest } from './rejected-request.ts'
import { createSignInCookies } from './sign-in-cookie.ts'
import { type SignInProblem, signInProblem } from './sign-in-problems.ts'

type Deps = Pick<GatewayDependencies, 'settings' | 'store' | 'forgejo' | 'fetchClientDocument' | 'secrets' | 'newId' | 'clock' | 'log'> &
  Limiting & { readonly recordFor: RecordFor }

/** `/oauth/authorize` and the consent page it shows: the way of a browser from a client to Forgejo. */
export function authorizeRoutes(deps: Deps): Hono<GatewayEnv> {
  const { settings, limits, addressOf } = deps
  const cookies = createSignInCookies(settings)
  const findClient = createFindClient(deps)
  const app = new Hono<GatewayEnv>()

  app.use('/oauth/authorize', noStore)
  const allowGetOnly = methodNotAllowed('GET')
  app.get('/oauth/authorize', opensPage, limitAddress({ limit: limits.signIns, addressOf }), async (c, next) => {
    // To the router HEAD is GET; what only looks must not begin anything.
    if (c.req.method === 'HEAD') return allowGetOnly(c, next)
    const parameters = parseParameters(new URL(c.req.url).searchParams)
    const asker = { record: deps.recordFor(c), address: addressOf(c) }
    const target = await findAuthorizeTarget({ settings, findClient, asker }, parameters)
    if (!target.ok) return refuse(deps, c, target.error)
    const request = parseAuthorizeRequest(parameters, settings.publicUrl)
    if (!request.ok) {
      deps.log.info('authorization_refused', { clientId: target.value.client.id, reason: request.error.reason })
      const clientState = parameters.values.get('state') ?? null
      return answerRejectedRequest(c, { ...target.value, clientState, issuer: settings.publicUrl, rejection: request.error })
    }
    const begun = await beginSignIn(deps, { target: target.value, request: request.value })
    cookies.set(c, begun.id, begun.browserSecret)
    const { requestedLevel } = request.value
    return c.html(
      await consentPage({ ...describeClient(deps, target.value), requestedLevel, signInId: begun.id, csrfToken: begun.csrfToken }),
    )
  })
  app.all('/oauth/authorize', allowGetOnly)

  app.use('/oauth/consent', noStore)
  app.post(
    '/oauth/consent',
    sentByOwnPage(settings),
    limitAddress({ limit: limits.consents, addressOf }),
    formLimit(deps, (c) => refuse(deps, c, { reason: 'large_form' })),
    async (c) => {
      const form = await readConsentForm(c)
      if (form === undefined) return refuse(deps, c, { reason: 'malformed_form' })
      const recording = { ...deps, record: deps.recordFor(c) }
      const decided = await decideConsent(recording, { ...form, browserSecret: cookies.get(c, form.signInId) })
      if (!decided.ok) return refuse(deps, c, decided.error)
      if (decided.value.ended) cookies.drop(c, form.signInId)
      return c.redirect(decided.value.location, 303)
    },
  )
  app.all('/oauth/consent', methodNotAllowed('POST'))
  return app
}

const consentForm = z
  .object({
    sign_in: z.string().min(1).max(64),
    csrf_token: z.string().min(1).max(64),
    access: z.enum(accessLevels),
    decision: z.enum(['approve', 'deny']),
  })
  .transform((form) => ({
    signInId: form.sign_in,
    csrfToken: form.csrf_token,
    grantedLevel: form.decision === 'approve' ? form.access : undefined,
  }))

async function readConsentForm(c: Context<GatewayEnv>) {
  const { values } = parseParameters(new URLSearchParams(await c.req.text()))
  return consentForm.safeParse(Object.fromEntries(values)).data
}

function describeClient({ settings }: Deps, { client, redirectUri }: AuthorizeTarget) {
  return {
    clientName: client.name,
    documentHost: findDocumentHost(client.id),
    redirectHost: describeRedirectUri(redirectUri),
    forgejoHost: new URL(settings.forgejoUrl).host,
    returnsToDevice: isDeviceRedirectUri(redirectUri),
  }
}

function refuse({ log }: Deps, c: Context<GatewayEnv>, problem: SignInProblem): Promise<Response> {
  log.info('sign_in_refused', { reason: problem.reason })
  return answerPage(c, signInProblem(problem))
}
