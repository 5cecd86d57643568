import type { DatedAnswer } from '../checks/check-clock.ts'
import { checkForgejo } from '../checks/check-forgejo.ts'
import { checkOAuthApplication } from '../checks/check-oauth-application.ts'
import type { KnownSettings } from '../checks/check-settings.ts'
import type { DoctorDependencies } from '../dependencies.ts'
import type { Finding, Outcome } from '../finding.ts'
import type { Answer } from '../network/ask.ts'
import { skip, withSettings } from '../skip.ts'

/** Forgejo, and the application there. */
export async function checkUpstream(
  { gateway, wrong }: KnownSettings,
  { ask, resolve, surroundings }: Pick<DoctorDependencies, 'ask' | 'resolve' | 'surroundings'>,
): Promise<{ readonly findings: readonly Finding[]; readonly dated: readonly DatedAnswer[] }> {
  const { forgejoUrl, forgejoClientId: clientId, forgejoClientSecret: clientSecret, publicUrl } = gateway
  const forgejo = await withSettings<Answer>({
    check: 'forgejo',
    needs: ['FORGEJO_URL'],
    wrong,
    run: () => checkForgejo({ forgejoUrl, ask, resolve, surroundings }),
  })
  const application = await withSettings({
    check: 'oauth-application',
    needs: ['FORGEJO_URL', 'FORGEJO_OAUTH_CLIENT_ID', 'FORGEJO_OAUTH_CLIENT_SECRET', 'FJMCP_BROKER_PUBLIC_URL'],
    wrong,
    run: (): Outcome<never> | Promise<Outcome> =>
      forgejo.ground === undefined
        ? skip('oauth-application', 'Forgejo is not reached')
        : checkOAuthApplication({ forgejoUrl, application: { clientId, clientSecret, redirectUri: `${publicUrl}/oauth/callback` }, ask }),
  })
  return {
    findings: [...forgejo.findings, ...application.findings],
    dated: forgejo.ground === undefined ? [] : [{ from: 'Forgejo', answer: forgejo.ground }],
  }
}
