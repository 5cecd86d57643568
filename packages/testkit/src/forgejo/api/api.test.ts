import { describe, expect, test } from 'vitest'
import { createFakeForgejo, type FakeForgejo } from '../fake-forgejo.ts'

const origin = 'https://git.example.org'
const everything = 'write:user write:repository write:issue write:organization'

function createForgejo() {
  return createFakeForgejo({ applications: [{ clientId: 'broker', clientSecret: 's', redirectUris: [] }], clock: () => 0 })
}

interface Answer {
  readonly status: number
  readonly headers: Headers
  // The API's answers are read field by field, as a client does.
  readonly body: Record<string, unknown> & Record<string, unknown>[]
}

/** Asks the API as a user does, by default with every scope that the tools need. */
function apiOf(forgejo: FakeForgejo, login: string, scope = everything) {
  const token = forgejo.signInForTest(login, { scope }).access_token
  return (method: string, path: string, body?: unknown) => ask(forgejo, { method, path, body, authorization: `token ${token}` })
}

async function ask(
  forgejo: FakeForgejo,
  { method = 'GET', path, body, authorization }: { method?: string; path: string; body?: unknown; authorization?: string },
): Promise<Answer> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const init = { method, headers, ...(body === undefined || method === 'GET' ? {} : { body: JSON.stringify(body) }) }
  const response = await forgejo.fetch(new Request(`${origin}/api/v1${path}`, init))
  const text = await response.text()
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

describe('tokens', () => {
  const unknownUser = { message: 'user does not exist [uid: 0, name: ]', url: `${origin}/api/swagger` }

  test.each(['token', 'Bearer'])('are taken after "%s"', async (word) => {
    const forgejo = createForgejo()
    const token = forgejo.signInForTest('alice', { scope: 'read:user' }).access_token
    expect(await ask(forgejo, { path: '/user', authorization: `${word} ${token}` })).toMatchObject({
      status: 200,
      body: { login: 'alice' },
    })
  })

  test('that are not good get 401 without a challenge, on /version too', async () => {
    const forgejo = createForgejo()
    for (const path of ['/user', '/version']) {
      const answer = await ask(forgejo, { path, authorization: 'token bad' })
      expect(answer).toMatchObject({ status: 401, body: unknownUser })
      expect(answer.headers.has('www-authenticate')).toBe(false)
    }
  })

  test('are not needed for the version and for what is public', async () => {
    const forgejo = createForgejo()
    expect(await ask(forgejo, { path: '/version' })).toMatchObject({ status: 200, body: { version: '15.0.3+gitea-1.22.0' } })
    expect(await ask(forgejo, { path: '/repos/alice/garden' })).toMatchObject({ status: 200 })
    expect(await ask(forgejo, { path: '/repos/alice/notes' })).toMatchObject({ status: 404 })
    expect(await ask(forgejo, { path: '/user' })).toMatchObject({ status: 401, body: { message: 'token is required' } })
  })

  test('stop at their end, when they are expired by hand, and when the grant is revoked', async () => {
    let nowMs = 0
    const forgejo = createFakeForgejo({
      applications: [{ clientId: 'broker', clientSecret: 's', redirectUris: [] }],
      clock: () => nowMs,
      accessTokenTtlSeconds: 60,
    })
    const first = apiOf(forgejo, 'alice')
    nowMs = 59_999
    expect((await first('GET', '/user')).status).toBe(200)
    nowMs = 60_000
    expect(await first('GET', '/user')).toMatchObject({ status: 401, body: unknownUser })
    const second = apiOf(forgejo, 'alice')
    forgejo.expireAccessTokens()
    expect((await second('GET', '/user')).status).toBe(401)
    const third = apiOf(forgejo, 'alice')
    forgejo.revokeGrant('alice')
    expect(await third('GET', '/user')).toMatchObject({ status: 401, body: unknownUser })
  })

  test('of a disabled user get 403', async () => {
    const forgejo = createForgejo()
    const alice = apiOf(forgejo, 'alice')
    forgejo.disable('alice')
    expect(await alice('GET', '/user')).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(/^This account is prohibited from signing in/) },
    })
  })

  test.each([
    { method: 'GET', path: '/user', scope: 'write:issue', missing: '[read:user]' },
    { method: 'POST', path: '/user/repos', scope: 'write:repository', missing: '[write:user write:repository]' },
    { method: 'GET', path: '/repos/alice/notes/issues', scope: 'write:repository', missing: '[read:issue]' },
    { method: 'PUT', path: '/repos/alice/notes/contents/README.md', scope: 'read:repository', missing: '[write:repository]' },
  ])('$method $path with $scope misses $missing', async ({ method, path, scope, missing }) => {
    const alice = apiOf(createForgejo(), 'alice', scope)
    expect(await alice(method, path, {})).toMatchObject({
      status: 403,
      body: { message: `token does not have at least one of required scope(s): ${missing}` },
    })
  })

  test('with an unknown scope only may do everything', async () => {
    expect(await apiOf(createForgejo(), 'alice', 'openid')('GET', '/user')).toMatchObject({ status: 200 })
  })
})

describe('two users', () => {
  test('see their own private repository and not the other one', async () => {
    const forgejo = createForgejo()
    const alice = apiOf(forgejo, 'alice')
    const bob = apiOf(forgejo, 'bob')
    expect((await alice('GET', '/repos/alice/notes/raw/README.md')).body).toContain('private notebook of alice')
    for (const path of ['', '/issues', '/raw/README.md', '/contents/', '/branches', '/git/trees/main']) {
      expect(await bob('GET', `/repos/alice/notes${path}`)).toMatchObject({ status: 404 })
    }
    const { body } = await bob('GET', '/user/repos')
    expect(body.map((repository) => repository['full_name'])).toEqual(['bob/notes', 'bob/garden'])
  })

  test('may read what is public and open issues there, but not write', async () => {
    const bob = apiOf(createForgejo(), 'bob')
    expect(await bob('POST', '/repos/alice/garden/issues', { title: 'Hi' })).toMatchObject({ status: 201, body: { number: 2 } })
    const file = { content: btoa('x'), message: 'm' }
    expect(await bob('POST', '/repos/alice/garden/contents/x.txt', file)).toMatchObject({ status: 403 })
    expect(await bob('PATCH', '/repos/alice/garden/issues/1', { title: 'Mine' })).toMatchObject({ status: 403 })
  })
})

describe('issues', () => {
  test('are opened, commented, edited, closed and found', async () => {
    const alice = apiOf(createForgejo(), 'alice')
    const issues = '/repos/alice/notes/issues'
    expect(await alice('POST', issues, { title: 'Leak', body: 'Drip' })).toMatchObject({
      status: 201,
      body: { number: 2, user: { login: 'alice' } },
    })
    expect(await alice('POST', `${issues}/2/comments`, { body: 'Fixed' })).toMatchObject({ status: 201, body: { body: 'Fixed' } })
    expect(await alice('GET', `${issues}/2/comments`)).toMatchObject({ body: [{ body: 'Fixed', user: { login: 'alice' } }] })
    // What the Go client sends for fields that it leaves alone.
    const edit = { title: '', body: null, assignees: null, state: 'closed', due_date: null, unset_due_date: null }
    expect(await alice('PATCH', `${issues}/2`, edit)).toMatchObject({
      status: 201,
      body: { title: 'Leak', body: 'Drip', state: 'closed', comments: 1 },
    })
    expect((await alice('GET', issues)).body.map(({ number }) => number)).toEqual([1])
    expect((await alice('GET', `${issues}?state=all`)).body.map(({ number }) => number)).toEqual([2, 1])
    expect((await alice('GET', '/repos/issues/search?owner=alice&q=drip&state=all')).body).toHaveLength(1)
    expect((await alice('GET', `${issues}?labels=bug`)).body).toHaveLength(1)
    expect((await alice('GET', `${issues}?type=pulls`)).body).toEqual([])
    expect(await alice('POST', issues, { title: '' })).toMatchObject({ status: 422 })
    expect(await alice('POST', issues)).toMatchObject({ status: 422 })
    expect(await alice('GET', `${issues}/99`)).toMatchObject({ status: 404 })
  })

  test('come in pages with the total and the next page named', async () => {
    const alice = apiOf(createForgejo(), 'alice')
    await alice('POST', '/repos/alice/notes/issues', { title: 'Second' })
    const { body, headers } = await alice('GET', '/repos/alice/notes/issues?limit=1')
    expect(body).toHaveLength(1)
    expect(headers.get('x-total-count')).toBe('2')
    expect(headers.get('link')).toBe(`<${origin}/api/v1/repos/alice/notes/issues?limit=1&page=2>; rel="next"`)
  })
})

describe('files', () => {
  const contents = '/repos/alice/notes/contents'

  test('are created, changed with their sha only, and deleted', async () => {
    const alice = apiOf(createForgejo(), 'alice')
    const created = await alice('POST', `${contents}/a/b.txt`, { content: btoa('one'), message: 'Add b' })
    expect(created).toMatchObject({ status: 201, body: { content: { path: 'a/b.txt', size: 3 }, commit: { message: 'Add b' } } })
    expect(await alice('POST', `${contents}/a/b.txt`, { content: btoa('one') })).toMatchObject({ status: 422 })
    const { sha } = (await alice('GET', `${contents}/a/b.txt`)).body
    expect(await alice('PUT', `${contents}/a/b.txt`, { content: btoa('two'), sha: 'wrong' })).toMatchObject({ status: 422 })
    expect(await alice('PUT', `${contents}/a/b.txt`, { content: btoa('two'), sha })).toMatchObject({ status: 200 })
    const changed = (await alice('GET', `${contents}/a/b.txt`)).body
    expect(changed).toMatchObject({ encoding: 'base64', content: btoa('two') })
    expect(await alice('DELETE', `${contents}/a/b.txt`, { sha: changed['sha'] })).toMatchObject({ status: 200, body: { content: null } })
    expect(await alice('GET', `${contents}/a/b.txt`)).toMatchObject({ status: 404 })
  })

  test('are listed by folder and as a tree', async () => {
    const alice = apiOf(createForgejo(), 'alice')
    expect((await alice('GET', `${contents}/`)).body).toMatchObject([
      { path: 'README.md', type: 'file', content: null },
      { path: 'ideas', type: 'dir' },
    ])
    expect((await alice('GET', `${contents}/ideas`)).body).toMatchObject([{ path: 'ideas/first.md' }])
    const tree = (await alice('GET', '/repos/alice/notes/git/trees/main?recursive=1')).body['tree'] as { path: string }[]
    expect(tree.map(({ path }) => path)).toEqual(['README.md', 'ideas', 'ideas/first.md'])
  })

  test('are changed on one branch and stay on the others', async () => {
    const alice = apiOf(createForgejo(), 'alice')
    const branch = { new_branch_name: 'feature/x', old_branch_name: 'main' }
    expect(await alice('POST', '/repos/alice/notes/branches', branch)).toMatchObject({ status: 201, body: { name: 'feature/x' } })
    expect(await alice('POST', '/repos/alice/notes/branches', branch)).toMatchObject({ status: 409 })
    await alice('POST', `${contents}/new.txt`, { content: btoa('x'), branch: 'feature/x' })
    expect(await alice('GET', `${contents}/new.txt?ref=feature%2Fx`)).toMatchObject({ status: 200 })
    expect(await alice('GET', `${contents}/new.txt`)).toMatchObject({ status: 404 })
    expect((await alice('GET', '/repos/alice/notes/branches')).body.map(({ name }) => name)).toEqual(['main', 'feature/x'])
  })
})

describe('repositories, users and organizations', () => {
  test('a repository is made for oneself or an organization of one', async () => {
    const forgejo = createForgejo()
    const alice = apiOf(forgejo, 'alice')
    expect(await alice('POST', '/user/repos', { name: 'new', private: true, auto_init: true })).toMatchObject({
      status: 201,
      body: { full_name: 'alice/new', private: true, empty: false },
    })
    expect(await alice('POST', '/user/repos', { name: 'new' })).toMatchObject({ status: 409 })
    expect(await alice('POST', '/org/workshop/repos', { name: 'shared' })).toMatchObject({
      status: 201,
      body: { owner: { login: 'workshop' } },
    })
    expect(await apiOf(forgejo, 'bob')('POST', '/org/workshop/repos', { name: 'mine' })).toMatchObject({ status: 403 })
  })

  test('are found by a search', async () => {
    const alice = apiOf(createForgejo(), 'alice')
    const repositories = (await alice('GET', '/repos/search?q=o')).body['data'] as { full_name: string }[]
    expect(repositories.map((repository) => repository.full_name)).toEqual(['alice/notes'])
    expect((await alice('GET', '/users/search?q=birke')).body).toMatchObject({ ok: true, data: [{ login: 'bob' }] })
    expect((await alice('GET', '/user/orgs')).body).toMatchObject([{ username: 'workshop' }])
  })
})

describe('releases', () => {
  test('have an asset on the own origin, which can be had, and one elsewhere', async () => {
    const forgejo = createForgejo()
    const bob = apiOf(forgejo, 'bob')
    const [release] = (await bob('GET', '/repos/alice/garden/releases')).body
    const [own, foreign] = (release?.['assets'] ?? []) as { id: number; uuid: string; browser_download_url: string }[]
    expect(foreign?.browser_download_url).toBe('https://downloads.example.net/catalogue.txt')
    expect(own?.browser_download_url).toBe(`${origin}/alice/garden/releases/download/v1.0.0/seeds.txt`)
    for (const url of [own?.browser_download_url ?? '', `${origin}/attachments/${own?.uuid}`]) {
      const download = await forgejo.fetch(new Request(url))
      expect(await download.text()).toBe('Seeds of alice\n')
    }
    expect(await bob('GET', `/repos/alice/garden/releases/${String(release?.['id'])}/assets/${own?.id}`)).toMatchObject({
      body: { name: 'seeds.txt' },
    })
  })

  test('of a private repository can be had with a token that may see it', async () => {
    const forgejo = createForgejo()
    const [release] = forgejo.content.require('alice', 'garden').releases
    if (release !== undefined) forgejo.content.require('alice', 'notes').releases.push({ ...release, tag: 'v9' })
    const url = `${origin}/alice/notes/releases/download/v9/seeds.txt`
    async function statusFor(login: string): Promise<number> {
      const token = forgejo.signInForTest(login).access_token
      return (await forgejo.fetch(new Request(url, { headers: { authorization: `token ${token}` } }))).status
    }
    expect(await statusFor('alice')).toBe(200)
    expect(await statusFor('bob')).toBe(404)
  })
})

test('the origin of URLs can be another than the one that was asked', async () => {
  const forgejo = createFakeForgejo({ applications: [], origin: 'https://forge.test' })
  expect(await ask(forgejo, { path: '/repos/alice/garden' })).toMatchObject({ body: { html_url: 'https://forge.test/alice/garden' } })
})

test('the journal tells who asked for what', async () => {
  const forgejo = createForgejo()
  await apiOf(forgejo, 'bob')('GET', '/repos/alice/notes?x=1')
  await ask(forgejo, { path: '/user', authorization: 'token bad' })
  expect(forgejo.journal.apiRequests).toEqual([
    { method: 'GET', path: '/api/v1/repos/alice/notes?x=1', login: 'bob', status: 404 },
    { method: 'GET', path: '/api/v1/user', login: undefined, status: 401 },
  ])
})
