import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { ok, type Result } from '@fjmcp-broker/shared/result'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type AccessEnding, endClient, endGrant, endUser } from '../flows/access/end-access.ts'
import type { Page } from '../store/access-listing.ts'
import { findUser, noUser } from './find-user.ts'
import { readQuery } from './read-query.ts'
import { type Refusal, refuse } from './refuse.ts'

/** Who has access: users, clients and grants are listed, shown with what hangs on them, and ended. Users go by id or by login. */
export function accessRoutes(deps: AccessEnding): Hono {
  const listing = deps.store.accessListing
  const app = new Hono()

  app.get('/users', async (c) => {
    const asked = readListing(c, usersQuery)
    if (!asked.ok) return refuse(c, asked.error)
    const { rows: users, next = null } = await listing.users(...asked.value)
    return c.json({ users, next })
  })
  app.get('/users/:user', async (c) => {
    const user = await findUser(listing, c.req.param('user'))
    if (!user.ok) return refuse(c, user.error)
    return c.json({ user: user.value, ...(await grantsOf({ userId: user.value.id })) })
  })
  app.delete('/users/:user', async (c) => {
    const user = await findUser(listing, c.req.param('user'))
    if (!user.ok) return refuse(c, user.error)
    const ended = await endUser(deps, user.value.id)
    return ended === undefined ? refuse(c, noUser(c.req.param('user'))) : c.json({ user: user.value, ended })
  })

  app.get('/clients', async (c) => {
    const asked = readListing(c, clientsQuery)
    if (!asked.ok) return refuse(c, asked.error)
    const { rows: clients, next = null } = await listing.clients(...asked.value)
    return c.json({ clients, next })
  })
  app.get('/clients/:client', async (c) => {
    const client = await listing.findClient(c.req.param('client'))
    if (client === undefined) return refuse(c, noClient(c.req.param('client')))
    return c.json({ client, ...(await grantsOf({ clientId: client.id })) })
  })
  app.delete('/clients/:client', async (c) => {
    const client = await listing.findClient(c.req.param('client'))
    const ended = client && (await endClient(deps, client.id))
    return ended === undefined ? refuse(c, noClient(c.req.param('client'))) : c.json({ client, ended })
  })

  app.get('/grants', async (c) => {
    const asked = readListing(c, grantsQuery)
    if (!asked.ok) return refuse(c, asked.error)
    const [{ user: named, ...filter }, page] = asked.value
    const user = named === undefined ? undefined : await findUser(listing, named)
    if (user?.ok === false) return refuse(c, user.error)
    const { rows: grants, next = null } = await listing.grants({ ...filter, userId: user?.value.id }, { ...page, nowMs: deps.clock() })
    return c.json({ grants, next })
  })
  app.get('/grants/:grant', async (c) => {
    const grant = await listing.findGrant(c.req.param('grant'), deps.clock())
    return grant === undefined ? refuse(c, noGrant(c.req.param('grant'))) : c.json({ grant })
  })
  app.delete('/grants/:grant', async (c) => {
    const grant = await listing.findGrant(c.req.param('grant'), deps.clock())
    const ended = grant && (await endGrant(deps, grant.id))
    return ended === undefined ? refuse(c, noGrant(c.req.param('grant'))) : c.json({ grant, ended })
  })
  return app

  async function grantsOf(whose: { readonly userId: string } | { readonly clientId: string }) {
    const { rows: grants, next } = await listing.grants(whose, { limit: mostRows, nowMs: deps.clock() })
    return { grants, hasMoreGrants: next !== undefined }
  }
}

const mostRows = 1_000

const page = z.object({ limit: z.coerce.number().int().min(1).max(mostRows).default(100), after: z.string().optional() })
const usersQuery = page.extend({ login: z.string().optional(), credentialState: z.enum(['live', 'dead', 'none']).optional() })
const clientsQuery = page.extend({ name: z.string().optional(), kind: z.enum(['registered', 'with_secret', 'document']).optional() })
const grantsQuery = page.extend({
  user: z.string().optional(),
  clientId: z.string().optional(),
  accessLevel: z.enum(accessLevels).optional(),
})

/** What to list, and which part of it. */
function readListing<Asked extends Page>(c: Context, schema: z.ZodType<Asked>): Result<[Omit<Asked, keyof Page>, Page], Refusal> {
  const asked = readQuery(schema, c.req.query())
  if (!asked.ok) return asked
  const { limit, after, ...filter } = asked.value
  return ok([filter, { limit, after }])
}

function noClient(id: string): Refusal {
  return { status: 404, reason: 'unknown_client', message: `There is no client with the id ${id}.` }
}

function noGrant(id: string): Refusal {
  return { status: 404, reason: 'unknown_grant', message: `There is no grant with the id ${id}.` }
}
