import type { DatedAnswer } from '../checks/check-clock.ts'
import { checkDiscovery } from '../checks/check-discovery.ts'
import { checkLocalPort } from '../checks/check-local-port.ts'
import { checkMcpEndpoint } from '../checks/check-mcp-endpoint.ts'
import { checkPublicUrl } from '../checks/check-public-url.ts'
import type { KnownSettings } from '../checks/check-settings.ts'
import type { DoctorDependencies } from '../dependencies.ts'
import type { Finding, Outcome } from '../finding.ts'
import { handlingOf } from '../handling.ts'
import type { Answer } from '../network/ask.ts'
import { skip, withSettings } from '../skip.ts'

/** The broker as clients see it: its own port, then the way through the proxy. */
export async function checkOutside(
  { gateway: { publicUrl }, runner: { listen }, wrong }: KnownSettings,
  {
    ask,
    resolve,
    surroundings,
    isRunning,
  }: Pick<DoctorDependencies, 'ask' | 'resolve' | 'surroundings'> & { readonly isRunning: Promise<boolean> },
): Promise<{ readonly findings: readonly Finding[]; readonly dated: readonly DatedAnswer[] }> {
  const askingLocally = withSettings({
    check: 'local-port',
    needs: ['FJMCP_BROKER_LISTEN'],
    wrong,
    run: () => checkLocalPort({ listen, ask, isRunning, handling: handlingOf(surroundings) }),
  })
  const askingPublicly = withSettings<Answer>({
    check: 'public-url',
    needs: ['FJMCP_BROKER_PUBLIC_URL'],
    wrong,
    run: () =>
      checkPublicUrl({ publicUrl, ask, resolve, brokerAnswersLocally: askingLocally.then(({ ground }) => ground === 'broker_answers') }),
  })
  const [local, reached] = await Promise.all([askingLocally, askingPublicly])
  const behind =
    reached.ground === undefined
      ? skipBehind(
          wrong.has('FJMCP_BROKER_PUBLIC_URL') ? 'needs FJMCP_BROKER_PUBLIC_URL' : 'the broker was not reached at the public URL from here',
        )
      : await Promise.all([checkDiscovery({ publicUrl, ask }), checkMcpEndpoint({ publicUrl, ask })])
  return {
    findings: [local, reached, ...behind].flatMap(({ findings }) => findings),
    dated: reached.ground === undefined ? [] : [{ from: publicUrl, answer: reached.ground }],
  }
}

function skipBehind(why: string): readonly Outcome[] {
  return [skip('discovery', why), skip('mcp-endpoint', why)]
}
