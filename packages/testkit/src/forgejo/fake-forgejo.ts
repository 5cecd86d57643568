import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Fetch } from '@fjmcp-broker/shared/fetch'
import { Hono } from 'hono'
import { type Account, createAccounts, defaultAccounts } from './accounts.ts'
import { apiRoutes } from './api/api.ts'
import { downloadRoutes } from './downloads.ts'
import { type Content, createContent, type Organization } from './forge/content.ts'
import { defaultOrganizations, seedContent } from './forge/seed.ts'
import { createInterceptions, type Interception } from './interceptions.ts'
import { createJournal, type Journal } from './journal.ts'
import { type Application, createApplications } from './oauth/applications.ts'
import { authorizeRoutes } from './oauth/authorize.ts'
import { createCodes } from './oauth/codes.ts'
import { discovery } from './oauth/discovery.ts'
import { createGrants } from './oauth/grants.ts'
import { createHolds, type Hold, type HoldStage } from './oauth/hold.ts'
import { introspection } from './oauth/introspection.ts'
import { tokenEndpoint } from './oauth/token-endpoint.ts'
import { createTokens, type TokenReply } from './oauth/tokens.ts'
import { userinfo } from './oauth/userinfo.ts'
import { createOutages, type Outage } from './outage.ts'
import { type RandomBytes, systemRandomBytes } from './random-text.ts'
import { refuseCrossSitePosts } from './refuse-cross-site-posts.ts'
import type { ForgejoState } from './state.ts'
import { loginRoutes } from './web-login.ts'
import { createWebSessions } from './web-sessions.ts'

export interface FakeForgejoOptions {
  readonly applications: readonly Application[]
  /** alice and bob by default. Every user gets a private and a public repository. */
  readonly users?: readonly Account[]
  readonly organizations?: readonly Organization[]
  /** What URLs in answers begin with, without a trailing slash; by default the origin that each request was sent to. */
  readonly origin?: string
  readonly version?: string
  /** 3600 by default. */
  readonly accessTokenTtlSeconds?: number
  readonly clock?: Clock
  readonly random?: RandomBytes
}

/** A Forgejo in memory: login, OAuth with the quirks of the real one, and a part of the API. */
export interface FakeForgejo {
  readonly fetch: Fetch
  /** What was asked of it. */
  readonly journal: Pick<Journal, 'apiRequests' | 'refreshes'>
  /** What it holds; tests may add to it. */
  readonly content: Content
  addRedirectUri(clientId: string, redirectUri: string): void
  /** Gives the tokens that a user gets by signing in and consenting, without pages. Like any login it raises the grant's counter. */
  signInForTest(login: string, options?: { readonly clientId?: string; readonly scope?: string }): TokenReply
  /** From now on every access token issued so far gets 401; refresh tokens stay good. */
  expireAccessTokens(): void
  /** As the user does on the settings page: every token of the user stops working at once. */
  revokeGrant(login: string): void
  /** The API answers 403 from now on, and nobody signs in as this user; refreshing still works. */
  disable(login: string): void
  /** Takes `disable` back. */
  enable(login: string): void
  /** The same user under another name. What the user owns keeps the old one. */
  rename(login: string, newLogin: string): void
  /** The user is gone, with grants and tokens; another may take the name. */
  remove(login: string): void
  /** A user whose id nobody had before. */
  addUser(account: Omit<Account, 'id'>): void
  /** @param below Only paths that begin with this are out, such as `/login/oauth/`; all by default. */
  setOutage(outage: Outage, below?: string): void
  /** Stands in the way of the next requests to this path, `times` of them: one by default. */
  intercept(path: string, interception: Interception, times?: number): void
  /** Lets requests to the token endpoint wait until the hold is released. */
  holdTokenEndpoint(stage: HoldStage): Hold
}

export function createFakeForgejo(options: FakeForgejoOptions): FakeForgejo {
  const state = createState(options)
  const outages = createOutages()
  const interceptions = createInterceptions()
  const app = new Hono()
  app.use(refuseCrossSitePosts)
  app.route('/api/v1', apiRoutes(state))
  app.route('/', loginRoutes(state))
  app.route('/', authorizeRoutes(state))
  app.route('/', tokenEndpoint(state))
  app.route('/', introspection(state))
  app.route('/', userinfo(state))
  app.route('/', discovery(state))
  app.route('/', downloadRoutes(state))

  return {
    fetch: outages.wrap(interceptions.wrap((request) => app.fetch(request))),
    journal: state.journal,
    content: state.content,
    addRedirectUri: (clientId, redirectUri) => state.applications.addRedirectUri(clientId, redirectUri),
    signInForTest: (login, { clientId = options.applications[0]?.clientId ?? '', scope = '' } = {}) =>
      signIn(state, { login, clientId, scope }),
    expireAccessTokens: () => state.tokens.expireAccessTokens(),
    revokeGrant: (login) => state.grants.revokeAll(state.accounts.require(login).id),
    disable: (login) => state.accounts.setDisabled(state.accounts.require(login), true),
    enable: (login) => state.accounts.setDisabled(state.accounts.require(login), false),
    rename: (login, newLogin) => state.accounts.rename(state.accounts.require(login), newLogin),
    remove(login) {
      const account = state.accounts.require(login)
      state.grants.revokeAll(account.id)
      state.accounts.remove(account)
    },
    addUser: (account) => state.accounts.add(account),
    setOutage: (outage, below) => outages.set(outage, below),
    intercept: (path, interception, times) => interceptions.add(path, interception, times),
    holdTokenEndpoint: (stage) => state.holds.start(stage),
  }
}

function createState(options: FakeForgejoOptions): ForgejoState {
  const { clock = Date.now, random = systemRandomBytes, accessTokenTtlSeconds = 3600 } = options
  const users = options.users ?? defaultAccounts
  const grants = createGrants()
  const content = createContent({ clock, organizations: options.organizations ?? defaultOrganizations })
  seedContent({ content, accounts: users, clock })
  return {
    clock,
    version: options.version ?? '15.0.3+gitea-1.22.0',
    origin: options.origin,
    accounts: createAccounts(users),
    applications: createApplications(options.applications),
    grants,
    codes: createCodes(random),
    tokens: createTokens({ clock, random, grants, accessTtlSeconds: accessTokenTtlSeconds }),
    holds: createHolds(),
    sessions: createWebSessions(random),
    content,
    journal: createJournal(),
  }
}

function signIn(
  { accounts, grants, tokens }: ForgejoState,
  { login, clientId, scope }: { readonly login: string; readonly clientId: string; readonly scope: string },
): TokenReply {
  const { id: userId } = accounts.require(login)
  const grant = grants.find(userId, clientId) ?? grants.create({ userId, clientId, scope })
  const raised = grants.raiseCounter(grant.id, grant.counter)
  if (raised === undefined) throw new Error('The grant changed while nothing else ran')
  return tokens.issue(raised)
}
