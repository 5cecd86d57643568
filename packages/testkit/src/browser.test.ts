import { describe, expect, test } from 'vitest'
import { createBrowser } from './browser.ts'
import { routeByOrigin } from './route-by-origin.ts'
import { serveFetch } from './serve-fetch.ts'

const site = 'https://broker.example.org'
const foreign = 'https://evil.test'

/** Two servers that say what they were asked; `respond` answers for the first where it gives something. */
function createNetwork(respond: (url: URL) => Response | undefined = () => undefined) {
  const seen: { url: string; method: string; headers: Record<string, string>; body: string }[] = []
  async function answer(request: Request): Promise<Response> {
    seen.push({ url: request.url, method: request.method, headers: Object.fromEntries(request.headers), body: await request.text() })
    return respond(new URL(request.url)) ?? new Response('<p>end</p>')
  }
  return { seen, browser: createBrowser({ fetch: routeByOrigin({ [site]: answer, [foreign]: answer }) }) }
}

function redirect(location: string, status = 303): Response {
  return new Response(null, { status, headers: { location } })
}

function formPage(action: string, headers: Record<string, string> = {}): Response {
  return new Response(`<form method="post" action="${action}"><input type="hidden" name="a" value="1"><button>Go</button></form>`, {
    headers,
  })
}

describe('redirects', () => {
  test('are followed with the cookies that they set', async () => {
    const { browser, seen } = createNetwork(({ pathname }) =>
      pathname === '/' ? new Response(null, { status: 302, headers: { location: '/next', 'set-cookie': 'seen=1; Path=/' } }) : undefined,
    )
    const page = await browser.open(`${site}/`)
    expect(page).toMatchObject({ url: `${site}/next`, status: 200, isOpened: true, html: '<p>end</p>' })
    expect(seen[1]?.headers['cookie']).toBe('seen=1')
  })

  test.each([
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'a=1'],
  ])('a POST answered by %i goes on as %s', async (status, method, body) => {
    const { browser, seen } = createNetwork(({ pathname }) => {
      if (pathname === '/') return formPage('/submit')
      return pathname === '/submit' ? redirect('/end', status) : undefined
    })
    const start = await browser.open(`${site}/`)
    await start.submit()
    expect(seen.at(-1)).toMatchObject({ url: `${site}/end`, method, body })
  })

  test('end where the address is not http', async () => {
    const { browser } = createNetwork(() => redirect('cursor://anysphere/callback?code=1'))
    expect(await browser.open(`${site}/`)).toMatchObject({ url: 'cursor://anysphere/callback?code=1', isOpened: false, html: '' })
  })

  test('end where the test says so, also after a form', async () => {
    const { browser, seen } = createNetwork(({ pathname }) =>
      pathname === '/' ? formPage('/submit') : redirect('http://localhost:9/cb?code=1'),
    )
    const start = await browser.open(`${site}/`, { stopAt: (url) => url.startsWith('http://localhost:9/') })
    expect(await start.submit()).toMatchObject({ url: 'http://localhost:9/cb?code=1', isOpened: false, status: 303 })
    expect(seen).toHaveLength(2)
  })

  test('that never end are given up', async () => {
    const { browser } = createNetwork(() => redirect('/again'))
    await expect(browser.open(`${site}/`)).rejects.toThrow('gave up after 20 redirects')
  })
})

describe('what the server can judge by', () => {
  test('a typed address comes from nowhere', async () => {
    const { browser, seen } = createNetwork()
    await browser.open(`${site}/`)
    expect(seen[0]?.headers).toMatchObject({ 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' })
    expect(seen[0]?.headers).not.toHaveProperty('origin')
  })

  test('a form names its origin', async () => {
    const { browser, seen } = createNetwork(({ pathname }) => (pathname === '/' ? formPage('/submit') : undefined))
    const start = await browser.open(`${site}/`)
    await start.submit()
    expect(seen[1]?.headers).toMatchObject({
      'sec-fetch-site': 'same-origin',
      origin: site,
      'content-type': expect.stringContaining('urlencoded'),
    })
  })

  test('a form on a page without referrers has the origin null', async () => {
    const { browser, seen } = createNetwork(({ pathname }) =>
      pathname === '/' ? formPage('/submit', { 'referrer-policy': 'no-referrer' }) : undefined,
    )
    const start = await browser.open(`${site}/`)
    await start.submit()
    expect(seen[1]?.headers).toMatchObject({ 'sec-fetch-site': 'same-origin', origin: 'null' })
  })

  test('a way through another site makes the rest of it cross-site', async () => {
    const { browser, seen } = createNetwork((url) => {
      if (url.href === `${site}/`)
        return new Response(`<a href="${foreign}/hop">hop</a>`, { headers: { 'set-cookie': 'strict=1; SameSite=Strict' } })
      return url.origin === foreign ? redirect(`${site}/back`) : undefined
    })
    const start = await browser.open(`${site}/`)
    await start.follow('hop')
    expect(seen.map(({ headers }) => headers['sec-fetch-site'])).toEqual(['none', 'cross-site', 'cross-site'])
    expect(seen[2]?.headers).not.toHaveProperty('cookie')
  })

  test("a stranger's form brings no Lax cookie, a stranger's link does", async () => {
    const { browser, seen } = createNetwork(() => new Response('', { headers: { 'set-cookie': 'session=1; SameSite=Lax; Path=/' } }))
    await browser.open(`${site}/`)
    await browser.post(`${site}/delete`, { id: '1' }, { from: foreign })
    await browser.open(`${site}/look`, { from: foreign })
    expect(seen[1]).toMatchObject({ method: 'POST', headers: { origin: foreign, 'sec-fetch-site': 'cross-site' }, body: 'id=1' })
    expect(seen[1]?.headers).not.toHaveProperty('cookie')
    expect(seen[2]?.headers['cookie']).toBe('session=1')
  })

  test('all of it arrives over a real connection', async () => {
    const served = await serveFetch((request) => {
      if (request.method === 'GET') return formPage('/submit', { 'set-cookie': 'a=1; Path=/' })
      return Response.json(Object.fromEntries(request.headers))
    })
    try {
      const start = await createBrowser().open(served.url)
      const { html } = await start.submit()
      expect(JSON.parse(html)).toMatchObject({
        origin: served.url,
        cookie: 'a=1',
        'sec-fetch-site': 'same-origin',
      })
    } finally {
      await served.close()
    }
  })
})

describe('form-action', () => {
  test.each([
    ["form-action 'self'", `${foreign}/`, false],
    ["default-src 'none'; form-action 'self'", '/inside', true],
    [`form-action 'self' ${foreign}`, `${foreign}/`, true],
    ["form-action 'self' cursor:", 'cursor://cb', true],
    ["form-action 'self'", 'cursor://cb', false],
    ["form-action 'none'", '/inside', false],
    ["default-src 'none'", `${foreign}/`, true],
  ])('%s and a redirect to %s: %s', async (policy, target, isAllowed) => {
    const { browser } = createNetwork((url) => {
      if (url.pathname === '/form') return formPage('/submit', { 'content-security-policy': policy })
      return url.pathname === '/submit' ? redirect(target) : undefined
    })
    const start = await browser.open(`${site}/form`)
    const wasForbidden = await start.submit().then(
      () => false,
      (error: Error) => error.message.includes('forbids the way'),
    )
    expect(wasForbidden).toBe(!isAllowed)
  })
})

test('two browsers share nothing', async () => {
  const { browser } = createNetwork(() => new Response('', { headers: { 'set-cookie': 'a=1' } }))
  await browser.open(`${site}/`)
  expect(browser.cookies).toHaveLength(1)
  expect(createNetwork().browser.cookies).toEqual([])
})
