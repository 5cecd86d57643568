import { z } from 'zod'
import { printable } from '../../printable.ts'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Answer, Ask } from '../network/ask.ts'
import { parseJson } from '../parse-json.ts'

export interface OAuthApplication {
  readonly clientId: string
  readonly clientSecret: string
  /** Our callback, as it has to be registered. */
  readonly redirectUri: string
}

/**
 * Presents a made-up code at Forgejo's token endpoint. Forgejo checks the client id, then the secret, then the redirect URI, and only then
 * the code, so that its refusal tells how far it came. A second try with a made-up secret tells whether secrets count at all.
 */
export async function checkOAuthApplication({
  forgejoUrl,
  application,
  ask,
}: {
  readonly forgejoUrl: string
  readonly application: OAuthApplication
  readonly ask: Ask
}): Promise<Outcome> {
  const [answer, withWrongSecret] = await Promise.all([
    ask(question(forgejoUrl, application)),
    ask(question(forgejoUrl, { ...application, clientSecret: 'made-up-by-doctor' })),
  ])
  const report = reportOn('oauth-application')
  if (!answer.ok) {
    return {
      findings: [
        report.problem(
          `Forgejo's token endpoint does not answer (${answer.error.reason})`,
          'Let what stands in front of Forgejo pass a POST to /login/oauth/access_token.',
        ),
      ],
    }
  }
  const isPublic = withWrongSecret.ok && readRefusal(withWrongSecret.value) === madeUpCode
  return { findings: [judge({ answer: answer.value, application, isPublic })] }
}

function question(forgejoUrl: string, { clientId, clientSecret, redirectUri }: OAuthApplication) {
  return {
    url: `${forgejoUrl}/login/oauth/access_token`,
    method: 'POST',
    headers: {
      accept: 'application/json',
      authorization: `Basic ${new TextEncoder().encode(`${clientId}:${clientSecret}`).toBase64()}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: 'made-up-by-doctor',
      redirect_uri: redirectUri,
      code_verifier: 'made-up-by-doctor'.repeat(3),
    }).toString(),
  } as const
}

/** What Forgejo says of a code that it does not know: client, secret and redirect URI were right. */
const madeUpCode = 'client is not authorized'

const refusalSchema = z.object({ error: z.string(), error_description: z.string() })

function readRefusal({ status, body }: Answer): string | undefined {
  return status === 400 || status === 401 ? parseJson(body, refusalSchema)?.error_description : undefined
}

function judge({
  answer,
  application: { clientId, redirectUri },
  isPublic,
}: {
  readonly answer: Answer
  readonly application: OAuthApplication
  readonly isPublic: boolean
}): Finding {
  const report = reportOn('oauth-application')
  const refusal = readRefusal(answer)
  if (refusal === undefined) {
    return report.problem(
      `Forgejo's token endpoint gives an answer that is not its own (status ${answer.status})`,
      'Let what stands in front of Forgejo pass /login/oauth/access_token, its header Authorization included; see that OAuth2 is switched on in Forgejo.',
    )
  }
  if (refusal.startsWith('cannot load client')) {
    return report.problem(
      `Forgejo knows no application with the client id ${clientId.slice(0, 80)}`,
      'Set FORGEJO_OAUTH_CLIENT_ID to the client id that Forgejo shows for the application, without quotes or a comment behind it, or register one: docs/deploy-podman.md.',
    )
  }
  if (refusal === 'invalid client secret' || refusal === 'invalid empty client secret') {
    return report.problem(
      'Forgejo does not accept the client secret',
      'Compare it with what Forgejo showed: no quotes, no comment behind it. If that is lost, let Forgejo make a new one on the page of the application ("Regenerate Secret"), set FORGEJO_OAUTH_CLIENT_SECRET to it, and FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS to the old one, until the log says credentials_resealed, if users have signed in before.',
    )
  }
  if (refusal === 'unexpected redirect URI') {
    return report.problem(
      `the application in Forgejo does not have the broker's callback among its redirect URIs`,
      `Add exactly this redirect URI on the page of the application in Forgejo: ${redirectUri}`,
    )
  }
  if (refusal !== madeUpCode) {
    return report.warning(
      `Forgejo gives an answer that is not known here: ${printable(refusal).slice(0, 200)}`,
      `Look at the application in Forgejo: client id and secret as set here, redirect URI ${redirectUri}`,
    )
  }
  if (isPublic) {
    return report.warning(
      'the application in Forgejo is a public client: its secret does not count, and users are asked for consent at every sign-in',
      'Tick "Confidential client" on the page of the application in Forgejo.',
    )
  }
  return report.ok(`Forgejo accepts client id and secret; the callback ${redirectUri} is registered`)
}
