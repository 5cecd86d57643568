import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseGatewaySettings } from '@fjmcp-broker/gateway/config'
import { parseLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import { openStore } from '@fjmcp-broker/gateway/store/libsql/open-store'
import { createSealer } from '@fjmcp-broker/gateway/store/sealing'
import { parseRunnerSettings } from '@fjmcp-broker/runner/config'
import { createNewId } from '@fjmcp-broker/shared/id'
import { silentLog } from '@fjmcp-broker/shared/log'
import { onTestFinished } from 'vitest'
import type { Finding } from '../../src/doctor/finding.ts'
import { checkData } from '../../src/doctor/groups/check-data.ts'

const gibibyte = 1024 ** 3
export const forgejoUrl = 'https://git.example.test'

/** What is found out about a database, with settings that are right and a system that has room, unless it is told otherwise. */
export async function lookAtDatabase(
  file: string,
  environment: Readonly<Record<string, string>> = {},
  {
    wrong = [],
    isRunning = false,
    isContainer = false,
    uid = 65_532,
    readFreeBytes = () => gibibyte,
    findAccessProblem = (path) => (existsSync(path) ? undefined : 'ENOENT'),
  }: {
    readonly wrong?: readonly string[]
    readonly isRunning?: boolean
    readonly isContainer?: boolean
    readonly uid?: number
    readonly readFreeBytes?: () => number
    readonly findAccessProblem?: (path: string) => string | undefined
  } = {},
): Promise<readonly Finding[]> {
  const complete = {
    FJMCP_BROKER_PUBLIC_URL: 'https://mcp.example.test',
    FORGEJO_URL: forgejoUrl,
    FORGEJO_OAUTH_CLIENT_ID: 'broker',
    FORGEJO_OAUTH_CLIENT_SECRET: 'client secret',
    FJMCP_BROKER_DATABASE_URL: `file:${file}`,
    ...environment,
  }
  const gateway = parseGatewaySettings(complete, () => {
    throw new Error('no file is named')
  })
  const runner = parseRunnerSettings(complete)
  if (!gateway.ok || !runner.ok) throw new Error('the settings of this test are wrong')
  return checkData(
    { gateway: gateway.value, runner: runner.value, wrong: new Set(wrong) },
    {
      location: parseLocation(gateway.value.databaseUrl),
      uid,
      isRunning,
      readFreeBytes,
      findAccessProblem,
      surroundings: { isContainer, ownAddresses: [] },
    },
  )
}

/** Makes a database as a broker leaves it, in a folder that ends with the running test. */
export async function makeDatabase({ signsIn = true } = {}): Promise<string> {
  const file = join(await makeFolder(), 'broker.db')
  const store = await openStore({
    databaseUrl: `file:${file}`,
    forgejoOrigin: forgejoUrl,
    oauthClientId: 'broker',
    sealer: await createSealer([{ name: 'client secret', secret: 'client secret' }]),
    newId: createNewId(Date.now),
    log: silentLog,
  })
  if (!store.ok) throw new Error(store.error.message)
  if (signsIn) {
    const { id: userId } = await store.value.users.upsert({ sub: '1', login: 'alice', nowMs: 1 })
    const tokens = { accessToken: 'access', refreshToken: 'refresh', accessExpiresAtMs: 1 }
    await store.value.credentials.replace({ userId, tokens, nowMs: 1 })
  }
  await store.value.close()
  return file
}

/** Makes a folder as the unit's volume is, which ends with the running test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-doctor-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await mkdir(join(folder, 'data'), { mode: 0o700 })
  return join(folder, 'data')
}
