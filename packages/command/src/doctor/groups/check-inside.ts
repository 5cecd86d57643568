import type { BrokerStatus } from '../../ask-status.ts'
import { wantsIsolation } from '../../wants-isolation.ts'
import { checkBroker } from '../checks/check-broker.ts'
import { checkChildProgram } from '../checks/check-child-program.ts'
import { checkIsolation } from '../checks/check-isolation.ts'
import type { KnownSettings } from '../checks/check-settings.ts'
import type { DatabaseLocation } from '../database-location.ts'
import type { DoctorDependencies } from '../dependencies.ts'
import type { Finding } from '../finding.ts'
import { handlingOf } from '../handling.ts'
import { withSettings } from '../skip.ts'

/** The broker's own processes. */
export async function checkInside(
  { gateway, runner, wrong }: KnownSettings,
  {
    environment,
    askStatus,
    isOwned,
    identifyProgram,
    surroundings,
    location,
  }: DoctorDependencies & { readonly location: DatabaseLocation },
): Promise<{ readonly findings: readonly Finding[]; readonly isRunning: boolean }> {
  const file = !wrong.has('FJMCP_BROKER_DATABASE_URL') && location.ok && location.value.kind === 'file' ? location.value : undefined
  const handling = handlingOf(surroundings)
  const asking = withSettings<BrokerStatus>({
    check: 'broker',
    needs: ['FJMCP_BROKER_ADMIN_SOCKET'],
    wrong,
    run: () =>
      checkBroker({
        adminSocket: gateway.adminSocket,
        askStatus,
        publicUrl: wrong.has('FJMCP_BROKER_PUBLIC_URL') ? undefined : gateway.publicUrl,
        forgejoUrl: wrong.has('FORGEJO_URL') ? undefined : gateway.forgejoUrl,
        isOwned: async () => file !== undefined && (await isOwned(file)),
        handling,
      }),
  })
  const status = asking.then(({ ground }) => ground)
  const [broker, child] = await Promise.all([
    asking,
    withSettings({
      check: 'child-program',
      needs: ['FJMCP_BROKER_FORGEJO_MCP'],
      wrong,
      run: () =>
        checkChildProgram({ program: runner.childProgram, identify: () => identifyProgram(runner.childProgram), status, handling }),
    }),
  ])
  const isolation = checkIsolation({
    status: await status,
    isContainer: surroundings.isContainer,
    isWanted: wantsIsolation(environment),
  })
  return { findings: [...broker.findings, ...isolation.findings, ...child.findings], isRunning: broker.ground !== undefined }
}
