import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { type Reply, toJson } from '../reply.ts'
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
export async function doctor({ json, print, ...deps }: DoctorDependencies & Pick<Reply, 'json' | 'print'>): Promise<number> {
  const settings = checkSettings(deps)
  const { forgejoClientSecret, previousForgejoClientSecret, encryptionKeys } = settings.known.gateway
  const keys = encryptionKeys.flatMap(({ bytes }) =>
    (['base64', 'base64url'] as const).map((alphabet) => bytes.toBase64({ alphabet, omitPadding: true })),
  )
  const redact = createRedaction({
    environment: deps.environment,
    settings: listSettings(),
    read: settings.known.wrong.has('FORGEJO_OAUTH_CLIENT_SECRET')
      ? [previousForgejoClientSecret, ...keys]
      : [forgejoClientSecret, previousForgejoClientSecret, ...keys],
  })
  const findings = [...settings.findings, ...(await runChecks(settings.known, deps))].map(redact)
  const code = settings.known.wrong.size > 0 ? exitCode.configuration : findings.some(({ state }) => state === 'problem') ? 1 : 0
  print(json ? toJson(code, { findings }) : printFindings(findings))
  return code
}
