import { describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { getCode } from '../oauth/get-code.ts'
import { readError } from '../oauth/token-answers.ts'

describe('a code', () => {
  test.each([
    ['another verifier', { code_verifier: 'another-verifier-that-belongs-to-somebody-else' }, [400, 'invalid_grant']],
    ['another redirect URI', { redirect_uri: 'https://client.example/other' }, [400, 'invalid_grant']],
    ['another resource', { resource: 'https://other.example/mcp' }, [400, 'invalid_target']],
    ['no verifier', { code_verifier: '' }, [400, 'invalid_request']],
    ['an unknown client', { client_id: 'cli_00000000000000000000000000' }, [401, 'invalid_client']],
    ['a client id of another kind', { client_id: 'x' }, [401, 'invalid_client']],
    ['no client', { client_id: '' }, [400, 'invalid_request']],
    ['another grant type', { grant_type: 'client_credentials' }, [400, 'unsupported_grant_type']],
    ['no grant type', { grant_type: '' }, [400, 'invalid_request']],
  ])('is refused with %s, and not used up by that', async (_, changes, error) => {
    const harness = await createHarness()
    const client = await harness.registerClient()
    const code = await getCode(harness, client)
    expect(await readError(await client.exchange(code, changes))).toEqual(error)
    expect((await client.exchange(code)).status).toBe(200)
  })

  test('is refused from another client', async () => {
    const harness = await createHarness()
    const [client, thief] = [await harness.registerClient(), await harness.registerClient()]
    const code = await getCode(harness, client)
    expect(await readError(await thief.exchange(code))).toEqual([400, 'invalid_grant'])
  })
})
