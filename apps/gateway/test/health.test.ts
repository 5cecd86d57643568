import type { RunnerStatus } from '@fjmcp-broker/shared/runner/runner'
import { expect, test } from 'vitest'
import { healthRoutes } from '../src/routes/health.ts'
import { StoreFailure } from '../src/store/store.ts'
import { createHarness, type Harness } from './harness.ts'

async function askHealth({ fetch, settings }: Harness): Promise<{ readonly status: number; readonly body: unknown }> {
  const response = await fetch(new Request(`${settings.publicUrl}/healthz`, { headers: { host: 'anything.example' } }))
  return { status: response.status, body: await response.json() }
}

test('names store and runner, and what does not count besides', async () => {
  const harness = await createHarness()
  const body = { status: 'ok', store: 'ok', runner: 'ok', child: 'ok', forgejo: 'not asked yet', isolation: 'none' }
  expect(await askHealth(harness)).toEqual({ status: 200, body })
  await harness.settled()
  expect(await askHealth(harness)).toEqual({ status: 200, body: { ...body, forgejo: 'ok' } })
})

test('is 503 when the database does not answer, and says no more than that', async () => {
  const harness = await createHarness({
    wrapStore: (store) => ({ ...store, check: () => Promise.reject(new StoreFailure('SQLITE_IOERR at /data/broker.db')) }),
  })
  const { status, body } = await askHealth(harness)
  expect(status).toBe(503)
  expect(body).toMatchObject({ status: 'error', store: expect.stringMatching(/^error: /), runner: 'ok' })
  expect(JSON.stringify(body)).not.toContain('/data')
})

test('is 503 when the runner is out of reach', async () => {
  const harness = await createHarness()
  harness.runner.setAvailable(false)
  expect(await askHealth(harness)).toMatchObject({ status: 503, body: { store: 'ok', runner: expect.stringMatching(/^error: /) } })
})

test('says so as long as nobody has run the child program', async () => {
  const { settings, store, runner, log } = await createHarness()
  const status = async (): Promise<RunnerStatus> => ({ ...(await runner.status()), child: { state: 'unknown' } })
  const routes = healthRoutes({ store, runner: { ...runner, status }, log, forgejoContact: { lastSeen: () => ({ state: 'unknown' }) } })
  const response = await routes.request(`${settings.publicUrl}/healthz`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ status: 'ok', child: 'not started yet' })
})

test('stays 200 when Forgejo or the child program fails, and names it', async () => {
  const harness = await createHarness()
  harness.forgejo.setOutage('down')
  harness.runner.setChildFailure({ reason: 'child_unavailable', detail: 'forgejo-mcp was not found' })
  await askHealth(harness)
  await harness.settled()
  expect(await askHealth(harness)).toMatchObject({
    status: 200,
    body: { status: 'ok', forgejo: expect.stringMatching(/^error: /), child: 'error: forgejo-mcp was not found' },
  })
})
