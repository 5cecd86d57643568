import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { getCode } from '../oauth/get-code.ts'

const methods = ['none', 'client_secret_basic', 'client_secret_post']
const grants: readonly Readonly<Record<string, string>>[] = [
  { grant_type: 'client_credentials', scope: 'full' },
  { grant_type: 'password', username: 'alice', password: 'alice-password' },
  { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: 'a.b.c' },
  { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', subject_token: 'fjb_at_x' },
  { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' },
  { grant_type: 'implicit' },
  { grant_type: 'Authorization_Code' },
]

// Besides all of these come with a good code and a good refresh token: what the client asks for is what counts.
test.each(methods.flatMap((method) => grants.map((grant) => [method, grant] as const)))(
  'a client (%s) gets no token by %j, for whatever user',
  async (token_endpoint_auth_method, grant) => {
    const harness = await createHarness()
    const client = await harness.registerClient({ token_endpoint_auth_method })
    const { tokens } = await harness.signIn({ login: 'alice', client })
    const refused = await client.exchange(await getCode(harness, client), { ...grant, refresh_token: tokens.refresh_token })
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'unsupported_grant_type' }])
    expect(harness.log.events.filter(({ event }) => event === 'tokens_issued')).toHaveLength(1)
  },
)
