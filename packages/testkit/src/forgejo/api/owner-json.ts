import type { Account } from '../accounts.ts'
import type { Organization } from '../forge/content.ts'
import { timestamp } from './timestamp.ts'
import type { View } from './view.ts'

export function userJson({ origin }: Pick<View, 'origin'>, account: Omit<Account, 'password'>) {
  return {
    id: account.id,
    login: account.login,
    login_name: '',
    source_id: 0,
    full_name: account.fullName,
    email: account.email,
    avatar_url: `${origin}/avatars/${account.id}`,
    html_url: `${origin}/${account.login}`,
    language: '',
    is_admin: false,
    last_login: timestamp(0),
    created: timestamp(0),
    restricted: false,
    active: true,
    prohibit_login: false,
    location: '',
    pronouns: '',
    website: '',
    description: '',
    visibility: 'public',
    followers_count: 0,
    following_count: 0,
    starred_repos_count: 0,
    username: account.login,
  }
}

/** A user or organization by name, as the owner or author of something; a name that nobody has is shown as Forgejo's ghost. */
export function ownerJson(view: View, name: string) {
  const account = view.accounts.find(name)
  if (account !== undefined) return userJson(view, account)
  const organization = view.content.organizations.find((candidate) => candidate.name === name)
  const { id, fullName } = organization ?? { id: -1, fullName: 'Ghost' }
  return userJson(view, { id, login: name, fullName, email: '' })
}

export function organizationJson({ origin }: Pick<View, 'origin'>, organization: Organization) {
  return {
    id: organization.id,
    name: organization.name,
    username: organization.name,
    full_name: organization.fullName,
    email: '',
    avatar_url: `${origin}/avatars/${organization.id}`,
    description: '',
    website: '',
    location: '',
    visibility: 'public',
    repo_admin_change_team_access: true,
  }
}
