import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { homePage, loginPage, prohibitedPage } from './pages.ts'
import type { ForgejoState } from './state.ts'
import type { WebSession } from './web-sessions.ts'

type State = Pick<ForgejoState, 'accounts' | 'sessions'>

const sessionCookie = 'i_like_gitea'
/** One for the whole browser: of two tabs that wait for a login the later one wins. */
const waitingCookie = 'redirect_to'

/** The home page and the login page of the web side. */
export function loginRoutes(state: State): Hono {
  const app = new Hono()
  app.get('/', (c) => {
    const session = signedInSession(c, state)
    return c.html(homePage(session === undefined ? undefined : state.accounts.byId(session.accountId)?.login))
  })
  app.get('/user/login', (c) => (signedInSession(c, state) === undefined ? c.html(loginPage()) : goOn(c)))
  app.post('/user/login', async (c) => {
    const form = new URLSearchParams(await c.req.text())
    const name = form.get('user_name') ?? ''
    const account = state.accounts.authenticate(name, form.get('password') ?? '')
    if (account === undefined) return c.html(loginPage(name))
    if (state.accounts.isDisabled(account)) return c.html(prohibitedPage())
    setCookie(c, sessionCookie, state.sessions.start(account.id), cookieOptions(c))
    return goOn(c)
  })
  return app
}

/** The session of a browser whose user has signed in and still may. */
export function signedInSession(c: Context, { accounts, sessions }: State): WebSession | undefined {
  const session = sessions.find(getCookie(c, sessionCookie))
  const account = session === undefined ? undefined : accounts.byId(session.accountId)
  return account === undefined || accounts.isDisabled(account) ? undefined : session
}

/** Remembers the page that was asked for and shows the login page first. */
export function sendToLogin(c: Context): Response {
  const { pathname, search } = new URL(c.req.url)
  setCookie(c, waitingCookie, pathname + search, cookieOptions(c))
  return c.redirect('/user/login', 303)
}

function goOn(c: Context): Response {
  const target = getCookie(c, waitingCookie) ?? '/'
  deleteCookie(c, waitingCookie, { path: '/' })
  const isOwnPath = /^\/(?![/\\])/.test(target)
  return c.redirect(isOwnPath ? target : '/', 303)
}

function cookieOptions(c: Context) {
  return { path: '/', httpOnly: true, sameSite: 'Lax', secure: c.req.url.startsWith('https:') } as const
}
