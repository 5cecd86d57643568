import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import type { GatewayDependencies } from '../../dependencies.ts'
import { describeFailure } from '../../describe-failure.ts'
import type { Forgejo } from '../../upstream/forgejo.ts'

type Deps = Pick<GatewayDependencies, 'store' | 'runner' | 'log'> & { readonly forgejo: Pick<Forgejo, 'version'> }

/**
 * Tells the runner the stored version, whose children ask for it at their start, then asks Forgejo, which may have been upgraded since.
 * Some Forgejos tell nobody without a token: there the first sign-in brings it. Never rejects.
 */
export function renewForgejoVersion(deps: Deps): Promise<void> {
  return logFailure(deps, async () => {
    const stored = await deps.store.forgejoVersion()
    if (stored !== undefined) await tellRunner(deps, stored)
    await askForgejo(deps, { stored })
  })
}

/**
 * Asks Forgejo for its version where none is stored. A failure is logged and left to the next sign-in. Never rejects.
 *
 * @param accessToken A user's.
 */
export function learnForgejoVersion(deps: Deps, accessToken: string): Promise<void> {
  return logFailure(deps, async () => {
    const stored = await deps.store.forgejoVersion()
    if (stored === undefined) await askForgejo(deps, { stored, accessToken })
  })
}

async function logFailure({ log }: Deps, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    log.error('forgejo_version_failed', describeFailure(error))
  }
}

async function askForgejo(
  deps: Deps,
  { stored, accessToken }: { readonly stored: string | undefined; readonly accessToken?: string },
): Promise<void> {
  const { store, forgejo, log } = deps
  const version = await forgejo.version(accessToken)
  if (!version.ok) {
    log.warn('forgejo_version_not_learnt', { reason: version.error.reason, detail: version.error.detail })
    return
  }
  if (version.value === stored) return
  await store.setForgejoVersion(version.value)
  log.info('forgejo_version_learnt', { version: version.value })
  await tellRunner(deps, version.value)
}

async function tellRunner({ runner, log }: Deps, version: string): Promise<void> {
  try {
    await runner.setForgejoVersion(version)
  } catch (error) {
    if (!(error instanceof RunnerUnavailable)) throw error
    log.warn('forgejo_version_not_pushed', { reason: error.message })
  }
}
