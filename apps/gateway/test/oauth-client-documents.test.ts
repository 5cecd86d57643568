import { beforeEach, describe, expect, test } from 'vitest'
import { createHarness, type Harness } from './harness.ts'
import {
  clientDocument,
  createDocumentClient,
  createDocumentWorld,
  documentUrl,
  type DocumentWorld,
  fail,
  publish,
} from './oauth/document-client.ts'
import type { OAuthClient } from './oauth/oauth-client.ts'
import { openAuthorization } from './oauth/sign-in.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

let world: DocumentWorld
let harness: Harness
let client: OAuthClient

beforeEach(async () => {
  world = createDocumentWorld()
  harness = await createHarness({ fetchClientDocument: world.fetchClientDocument })
  client = await createDocumentClient(harness)
})

describe('a client known by its document', () => {
  test('signs in, refreshes and gives its tokens back without having registered', async () => {
    const { tokens } = await harness.signIn({ login: 'alice', client })
    const refreshed = await client.refresh(tokens.refresh_token)
    expect(refreshed.status).toBe(200)
    const { access_token: token } = (await refreshed.json()) as { readonly access_token: string }
    expect(await revoke(token)).toBe(200)
    expect(world.fetched).toEqual([documentUrl])
  })

  test.each(['http://localhost/callback', 'http://localhost:1/callback', 'http://127.0.0.1:65535/callback'])(
    'may wait on any port of loopback: %s',
    async (redirectUri) => {
      expect((await open({ redirect_uri: redirectUri })).status).toBe(200)
    },
  )

  test.each(['https://editor.example/callback', 'http://localhost:1/other', 'http://[::1]:1/callback'])(
    'is sent nowhere that its document does not name: %s',
    async (redirectUri) => {
      const page = await open({ redirect_uri: redirectUri })
      expect([page.status, page.html]).toEqual([400, expect.stringContaining('leads to a foreign address')])
    },
  )

  test('shows its host as what is proven, beside a name that anybody may use', async () => {
    const { html } = await open()
    expect(html).toMatch(/Described by<\/dt>\s*<dd>editor\.example<\/dd>/)
    expect(html).toContain('Allow <bdi>Claude Code</bdi>')
    expect(html).toContain(
      'Any program on this device can call itself <em><bdi>Claude Code</bdi></em> and say that editor.example describes it.',
    )
  })

  test('warns on loopback that any program may be the one that asks, whatever its document says', async () => {
    expect((await open()).html).toContain('Any program on this device can call itself')
    world.answer = publish({ ...clientDocument, redirect_uris: ['https://editor.example/callback'] })
    harness.clock.nowMs += dayMs
    const { html } = await open({ redirect_uri: 'https://editor.example/callback' })
    expect(html).toContain('Only this is proven: editor.example describes an application of this name.')
    expect(html).not.toContain('program on this device')
  })

  test('is recorded once, when it is first met', async () => {
    await open()
    harness.clock.nowMs += dayMs
    await open()
    const recorded = harness.log.events.filter(({ event, fields }) => event === 'client_registered' && fields.clientId === documentUrl)
    expect(recorded.length).toBe(1)
  })

  test('is not taken for one that registered with a secret', async () => {
    const response = await client.refresh('fjb_rt_x', { client_secret: 'secret' })
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ error: 'invalid_client' })])
  })
})

describe('its document', () => {
  test('is fetched once for all who ask at the same time', async () => {
    const pages = await Promise.all(Array.from({ length: 10 }, () => open()))
    expect(pages.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect(world.fetched.length).toBe(1)
  })

  test.each([
    ['five minutes where its host says less', 0, 5 * minuteMs],
    ['as long as its host says', 60 * minuteMs, 60 * minuteMs],
    ['a day where its host says more', 30 * dayMs, dayMs],
  ])('is current for %s', async (_, said, current) => {
    world.answer = publish(clientDocument, said)
    await open()
    harness.clock.nowMs += current - 1
    await open()
    expect(world.fetched.length).toBe(1)
    harness.clock.nowMs += 1
    await open()
    expect(world.fetched.length).toBe(2)
  })

  test('takes effect when it has changed', async () => {
    await open()
    world.answer = publish({ ...clientDocument, client_name: 'Other Editor', redirect_uris: ['http://127.0.0.1/other'] })
    harness.clock.nowMs += 5 * minuteMs
    expect((await open()).html).toContain('leads to a foreign address')
    expect((await open({ redirect_uri: 'http://127.0.0.1:1/other' })).html).toContain('Allow <bdi>Other Editor</bdi>')
  })

  test('serves for a week more while its host gives no answer', async () => {
    await open()
    const currentUntilMs = harness.clock.nowMs + 5 * minuteMs
    world.answer = fail('no_answer')
    harness.clock.nowMs = currentUntilMs + 7 * dayMs - 1
    expect((await open()).status).toBe(200)
    harness.clock.nowMs += 1
    expect((await open()).html).toContain('Nothing could be learnt about this application')
  })

  test('serves on while too many others are fetched', async () => {
    await open()
    world.answer = fail('too_many_fetches')
    harness.clock.nowMs += dayMs
    expect((await open()).status).toBe(200)
  })

  test.each([
    ['that there is none', fail('no_document')],
    ['that it is another client’s', publish({ ...clientDocument, client_id: 'https://editor.example/other.json' })],
    ['what breaks a rule', publish({ ...clientDocument, redirect_uris: ['javascript:alert(1)'] })],
  ])('serves no more when its host says %s, not even when the host is away afterwards', async (_, answer) => {
    await open()
    world.answer = answer
    harness.clock.nowMs += 5 * minuteMs
    expect((await open()).status).toBe(400)
    world.answer = fail('no_answer')
    harness.clock.nowMs += minuteMs
    expect((await open()).status).toBe(400)
    world.answer = publish(clientDocument)
    harness.clock.nowMs += minuteMs
    expect((await open()).status).toBe(200)
  })

  test('ends no access that was given before, when it goes', async () => {
    const { tokens } = await harness.signIn({ login: 'alice', client })
    world.answer = fail('no_document')
    harness.clock.nowMs += 30 * minuteMs
    expect((await open()).status).toBe(400)
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200)
  })

  test('is not asked for again for a minute when there was none', async () => {
    world.answer = fail('no_answer')
    for (const _ of Array.from({ length: 5 })) expect((await open()).status).toBe(400)
    expect(world.fetched.length).toBe(1)
    world.answer = publish(clientDocument)
    harness.clock.nowMs += minuteMs - 1
    expect((await open()).status).toBe(400)
    harness.clock.nowMs += 1
    expect((await open()).status).toBe(200)
    expect(world.fetched.length).toBe(2)
  })

  test('is asked for again at once when only too many others were fetched', async () => {
    world.answer = fail('too_many_fetches')
    expect((await open()).status).toBe(400)
    world.answer = publish(clientDocument)
    expect((await open()).status).toBe(200)
  })

  test('is kept a day when nobody signs in, and as long as somebody is signed in', async () => {
    const createdAtMs = harness.clock.nowMs
    await open()
    harness.clock.nowMs += 11 * minuteMs
    await harness.store.purge(createdAtMs + dayMs - 1)
    expect(await harness.store.clients.find(documentUrl)).toBeDefined()
    await harness.store.purge(createdAtMs + dayMs)
    expect(await harness.store.clients.find(documentUrl)).toBeUndefined()
    await harness.signIn({ login: 'alice', client })
    await harness.store.purge(harness.clock.nowMs + 30 * dayMs)
    expect(await harness.store.clients.find(documentUrl)).toBeDefined()
  })
})

describe('at the token endpoint', () => {
  test('no document is ever fetched', async () => {
    const response = await client.exchange('fjb_ac_x')
    expect([response.status, await response.json()]).toEqual([401, expect.objectContaining({ error: 'invalid_client' })])
    expect(await revoke('fjb_at_x')).toBe(401)
    expect(world.fetched).toEqual([])
  })
})

describe('what a person is told', () => {
  test.each([
    ['https://editor.example/', 'has an address that cannot be used', 'it must have a path'],
    ['http://editor.example/client.json', 'has an address that cannot be used', 'it must be an https URL'],
    ['https://127.0.0.1/client.json', 'has an address that cannot be used', 'its host must be a public DNS name'],
    ['https://editor.example:8443/client.json', 'has an address that cannot be used', 'it must not name a port'],
  ])('when the address is %s', async (id, title, reason) => {
    const page = await open({ client_id: id })
    expect([page.status, page.html]).toEqual([400, expect.stringContaining(title)])
    expect(page.html).toContain(reason)
    expect(world.fetched).toEqual([])
  })

  test('when the document breaks a rule: which one', async () => {
    world.answer = publish({ ...clientDocument, redirect_uris: ['https://editor.example/a', 'javascript:alert(1)'] })
    const { html } = await open()
    expect(html).toContain('This application describes itself wrongly')
    expect(html).toContain('redirect_uris[1] has the scheme &quot;javascript&quot;')
  })

  test('when documents are switched off, which the metadata say too', async () => {
    const environment = { FJMCP_BROKER_CLIENT_METADATA_DOCUMENTS: 'off' }
    const off = await createHarness({ fetchClientDocument: world.fetchClientDocument, environment })
    const page = await off.openBrowser().open(client.authorizeUrl())
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('Applications of this kind are not taken here')])
    expect(world.fetched).toEqual([])
    expect([await readSupport(harness), await readSupport(off)]).toEqual([true, false])
  })
})

function open(changes?: Readonly<Record<string, string>>) {
  return openAuthorization(harness.openBrowser(), client, changes)
}

async function revoke(token: string): Promise<number> {
  const body = new URLSearchParams({ token, client_id: documentUrl })
  return (await harness.fetch(new Request('https://mcp.example.test/oauth/revoke', { method: 'POST', body }))).status
}

async function readSupport({ fetch }: Harness): Promise<unknown> {
  const response = await fetch(new Request('https://mcp.example.test/.well-known/oauth-authorization-server'))
  const { client_id_metadata_document_supported: isSupported } = (await response.json()) as Readonly<Record<string, unknown>>
  return isSupported
}
