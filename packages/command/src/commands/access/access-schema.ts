import type { ListedClient, ListedGrant, ListedUser } from '@fjmcp-broker/gateway/store/access-listing'
import type { AccessEnd as EndedAccess } from '@fjmcp-broker/gateway/flows/access/end-access'
import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { z } from 'zod'

// Names and URLs come from strangers: they are made harmless where they are printed as text, and escaped in JSON.

const moment = z.number().nullable()
const hanging = { sessions: z.number(), lastUsedAtMs: moment }

export const userSchema = z.object({
  id: z.string(),
  sub: z.string(),
  login: z.string(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  credentialState: z.enum(['live', 'dead', 'none']),
  credentialUpdatedAtMs: moment,
  forgejoScopes: z.string().nullable(),
  grants: z.number(),
  ...hanging,
}) satisfies z.ZodType<ListedUser>

export const clientSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['registered', 'with_secret', 'document']),
  redirectUris: z.array(z.string()),
  createdAtMs: z.number(),
  grants: z.number(),
  ...hanging,
}) satisfies z.ZodType<ListedClient>

export const grantSchema = z.object({
  id: z.string(),
  userId: z.string(),
  userLogin: z.string(),
  clientId: z.string(),
  clientName: z.string(),
  accessLevel: z.enum(accessLevels),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  tokens: z.number(),
  ...hanging,
}) satisfies z.ZodType<ListedGrant>

/** What was ended. */
export const endSchema = z.object({
  grants: z.number(),
  tokens: z.number(),
  sessions: z.number(),
  signIns: z.number().optional(),
  childrenEnded: z.boolean(),
}) satisfies z.ZodType<EndedAccess>

/** Where the listing goes on; null at its end. */
export const nextSchema = z.string().nullable()

export type AccessUser = z.output<typeof userSchema>
export type AccessClient = z.output<typeof clientSchema>
export type AccessGrant = z.output<typeof grantSchema>
export type AccessEnd = z.output<typeof endSchema>
