import { z } from 'zod'
import { type Finding, type Outcome, reportOn } from '../finding.ts'
import type { Answer, Ask, Resolve } from '../network/ask.ts'
import { parseJson } from '../parse-json.ts'
import type { Surroundings } from '../surroundings.ts'
import { judgeForgejoVersion } from './judge-forgejo-version.ts'
import { judgeUnreachedForgejo } from './judge-unreached-forgejo.ts'

/** Finds out whether a Forgejo of use is there, and whether it lives under FORGEJO_URL. Its ground is its answer, if it is a Forgejo. */
export async function checkForgejo({
  forgejoUrl,
  ask,
  resolve,
  surroundings,
}: {
  readonly forgejoUrl: string
  readonly ask: Ask
  readonly resolve: Resolve
  readonly surroundings: Surroundings
}): Promise<Outcome<Answer>> {
  const [addresses, version, discovery] = await Promise.all([
    resolve(new URL(forgejoUrl).hostname),
    ask({ url: `${forgejoUrl}/api/v1/version`, headers: { accept: 'application/json' } }),
    ask({ url: `${forgejoUrl}/.well-known/openid-configuration`, headers: { accept: 'application/json' } }),
  ])
  if (!version.ok) return { findings: [judgeUnreachedForgejo({ noAnswer: version.error, forgejoUrl, addresses, surroundings })] }
  const identified = identify(version.value, forgejoUrl)
  if (!identified.isForgejo) return { findings: [identified.finding] }
  const address = discovery.ok ? judgeAddress(discovery.value, forgejoUrl) : undefined
  return { findings: [identified.finding, ...(address === undefined ? [] : [address])], ground: version.value }
}

function identify(answer: Answer, forgejoUrl: string): { readonly isForgejo: boolean; readonly finding: Finding } {
  const report = reportOn('forgejo')
  const { status } = answer
  const url = `${forgejoUrl}/api/v1/version`
  const version = status === 200 ? parseJson(answer.body, versionSchema)?.version : undefined
  if (version !== undefined) return { isForgejo: true, finding: judgeForgejoVersion(version, `${forgejoUrl} answers`) }
  // With REQUIRE_SIGNIN_VIEW it tells nobody its version, in JSON all the same.
  if ((status === 401 || status === 403) && parseJson(answer.body, refusalSchema) !== undefined) {
    return { isForgejo: true, finding: report.ok(`${forgejoUrl} answers; it tells its version only to who is signed in`) }
  }
  return { isForgejo: false, finding: judgeForeignAnswer(answer, url) }
}

const versionSchema = z.object({ version: z.string() })
const refusalSchema = z.object({ message: z.string() })

function judgeForeignAnswer(answer: Answer, url: string): Finding {
  const report = reportOn('forgejo')
  const { status } = answer
  if (status >= 300 && status < 400) {
    const target = URL.parse(answer.headers.get('location') ?? '', url)
    const place = target === null ? 'nowhere' : `${target.origin}${target.pathname}`
    const isElsewhere = target !== null && target.origin !== new URL(url).origin
    return report.problem(
      `${url} redirects to ${place} (${status})`,
      isElsewhere
        ? `Set FORGEJO_URL to where Forgejo really is, its ROOT_URL: ${target.origin}?`
        : 'Something in front of Forgejo wants a sign-in: let it pass /api/, /login/oauth/ and /.well-known/ to Forgejo.',
    )
  }
  if (status >= 500) {
    return report.problem(
      `${url}: status ${status}: Forgejo is down, starting or broken`,
      'Look into the log of Forgejo and of the proxy in front of it.',
    )
  }
  if (status === 404) {
    return report.problem(
      `${url}: not found (404): no Forgejo lives there`,
      'Set FORGEJO_URL to the ROOT_URL of Forgejo, with its path where it has one.',
    )
  }
  return report.problem(
    `${url}: no Forgejo answers there, but something else (status ${status}): another program, or a sign-in in front of it`,
    'Set FORGEJO_URL to the ROOT_URL of Forgejo; let what stands in front of it pass /api/, /login/oauth/ and /.well-known/.',
  )
}

const discoverySchema = z.object({ issuer: z.string().max(2_000), authorization_endpoint: z.string() })

/** Forgejo makes all its URLs from its ROOT_URL: if that is another, sign-ins lead elsewhere and downloads are refused. */
function judgeAddress(answer: Answer, forgejoUrl: string): Finding | undefined {
  const report = reportOn('forgejo')
  if (answer.status === 404) {
    return report.problem(
      'Forgejo has its OAuth2 provider switched off (no /.well-known/openid-configuration)',
      "Set ENABLED = true in the section [oauth2] of Forgejo's app.ini and restart Forgejo.",
    )
  }
  const document = answer.status === 200 ? parseJson(answer.body, discoverySchema) : undefined
  if (document === undefined) {
    return report.warning(
      `Forgejo's /.well-known/openid-configuration cannot be read (status ${answer.status})`,
      'Let what stands in front of Forgejo pass /.well-known/ to it.',
    )
  }
  const rootUrl = document.issuer.replace(/\/+$/, '')
  if (rootUrl === forgejoUrl && document.authorization_endpoint.startsWith(`${rootUrl}/`)) return undefined
  return report.problem(
    `Forgejo calls itself ${rootUrl.slice(0, 200)} (its ROOT_URL), and FORGEJO_URL is ${forgejoUrl}: links of downloads are refused`,
    'Make both the same: set FORGEJO_URL to it, or mend ROOT_URL in the app.ini of Forgejo.',
  )
}
