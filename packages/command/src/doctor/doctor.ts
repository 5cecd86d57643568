import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { listSettings } from '../settings/list-settings.ts'
import { checkSettings } from './checks/check-settings.ts'
import type { DoctorDependencies } from './dependencies.ts'
import { printFindings } from './print-findings.ts'
import { createRedaction } from './redact.ts'
import { runChecks } from './run-checks.ts'

/**
 * Tells the operator all that is wrong with an installation and what to do about each; returns the exit code: 0 no problem (warnings
 * allowed), 1 problems, 78 wrong settings.
 */
export async function doctor({
  json,
  print,
  ...deps
}: DoctorDependencies & { readonly json: boolean; readonly print: (text: string) => void }): Promise<number> {
  const settings = checkSettings(deps)
  const { clientSecret, previousClientSecret } = settings.known.gateway
  const redact = createRedaction({
    environment: deps.environment,
    settings: listSettings(),
    read: settings.known.wrong.has('FORGEJO_OAUTH_CLIENT_SECRET') ? [previousClientSecret] : [clientSecret, previousClientSecret],
  })
  const findings = [...settings.findings, ...(await runChecks(settings.known, deps))].map(redact)
  print(json ? JSON.stringify({ findings }, null, 2) : printFindings(findings))
  if (settings.known.wrong.size > 0) return exitCode.configuration
  return findings.some(({ state }) => state === 'problem') ? 1 : 0
}
