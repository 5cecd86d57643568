import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { AccessListing, ListedUser } from '../store/access-listing.ts'
import type { Refusal } from './refuse.ts'

/** Finds the user whom an operator means: by id, or by the whole login in any case. */
export async function findUser(listing: AccessListing, idOrLogin: string): Promise<Result<ListedUser, Refusal>> {
  const [user, ...others] = await listing.findUsers(idOrLogin)
  if (user === undefined) return err(noUser(idOrLogin))
  if (others.length === 0) return ok(user)
  const ids = [user, ...others].map(({ id, login }) => `${id} (${login})`).join(', ')
  return err({ status: 409, reason: 'ambiguous_user', message: `Several users are called ${idOrLogin}: ${ids}. Name one by its id.` })
}

/** Says that there is nobody of this name. */
export function noUser(idOrLogin: string): Refusal {
  return { status: 404, reason: 'unknown_user', message: `There is no user with the id or the login ${idOrLogin}.` }
}
