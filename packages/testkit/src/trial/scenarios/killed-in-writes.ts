import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Trial } from '../trial.ts'

const registered = z.object({ client_id: z.string() })
const redirectUri = 'http://127.0.0.1:1/callback'
/** All that is asked here comes from one address. */
const environment = { FJMCP_BROKER_REGISTRATIONS_PER_MINUTE: '100000', FJMCP_BROKER_SIGN_INS_PER_MINUTE: '100000' }

/** `podman kill` while clients register: every registration that was acknowledged is there afterwards. */
export async function showKilledInWrites(trial: Trial): Promise<void> {
  const volume = await trial.createVolume()
  const { broker } = await trial.start(volume, { environment })
  const acknowledged: string[] = []
  const writers = Array.from({ length: 4 }, () => registerUntilGone(broker.publicUrl, acknowledged))
  while (acknowledged.length < 200) await Promise.race([...writers, nextTurn()])
  await broker.kill()
  await Promise.all(writers)
  const again = await trial.start(volume, { environment })
  for (const id of acknowledged) assert.ok(await isKnown(again.broker.publicUrl, id), `the client ${id} was acknowledged and is gone`)
  trial.saw(`killed in the middle of writes: all ${acknowledged.length} acknowledged registrations are there`)
  await again.broker.remove()
}

async function registerUntilGone(publicUrl: string, acknowledged: string[]): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`${publicUrl}/oauth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
      })
      if (response.status !== 201) return
      acknowledged.push(registered.parse(await response.json()).client_id)
    } catch {
      return
    }
  }
}

/** A known client gets the consent page, an unknown one an error page. */
async function isKnown(publicUrl: string, clientId: string): Promise<boolean> {
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    code_challenge: 'a'.repeat(43),
    code_challenge_method: 'S256',
    resource: `${publicUrl}/mcp`,
  })
  const response = await fetch(`${publicUrl}/oauth/authorize?${parameters}`, { redirect: 'manual' })
  return response.status === 200
}

function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setImmediate(resolve)
  return promise
}
