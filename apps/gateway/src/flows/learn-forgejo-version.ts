import { RunnerUnavailable } from '@fjmcp-broker/shared/runner/runner'
import type { GatewayDependencies } from '../dependencies.ts'

/**
 * Asks Forgejo for its version where none is stored, stores it and tells the runner, whose children ask for it at their start.
 * A failure is logged and left to the next sign-in.
 *
 * @param accessToken A user's; some Forgejos tell nobody without one.
 */
export async function learnForgejoVersion(
  { store, runner, forgejo, log }: Pick<GatewayDependencies, 'store' | 'runner' | 'forgejo' | 'log'>,
  accessToken?: string,
): Promise<void> {
  if ((await store.forgejoVersion()) !== undefined) return
  const version = await forgejo.version(accessToken)
  if (!version.ok) {
    log.warn('forgejo_version_not_learnt', { reason: version.error.reason, detail: version.error.detail })
    return
  }
  await store.setForgejoVersion(version.value)
  log.info('forgejo_version_learnt', { version: version.value })
  try {
    await runner.setForgejoVersion(version.value)
  } catch (error) {
    if (!(error instanceof RunnerUnavailable)) throw error
    log.warn('forgejo_version_not_pushed', { reason: error.message })
  }
}
