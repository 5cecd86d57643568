/** Someone who can sign in to the fake Forgejo. */
export interface Account {
  readonly id: number
  readonly login: string
  readonly fullName: string
  readonly email: string
  readonly password: string
}

/** alice and bob, who exist unless a test names other users. */
export const defaultAccounts: readonly Account[] = [
  { id: 1, login: 'alice', fullName: 'Alice Ahorn', email: 'alice@example.org', password: 'alice-password' },
  { id: 2, login: 'bob', fullName: 'Bob Birke', email: 'bob@example.org', password: 'bob-password' },
]

export interface Accounts {
  readonly all: readonly Account[]
  find(login: string): Account | undefined
  /** Throws when there is no such user: for tests, which know whom they have. */
  require(login: string): Account
  byId(id: number): Account | undefined
  authenticate(nameOrEmail: string, password: string): Account | undefined
  isDisabled(account: Account): boolean
  setDisabled(account: Account, disabled: boolean): void
  rename(account: Account, login: string): void
  remove(account: Account): void
  /** With an id that nobody had before. */
  add(account: Omit<Account, 'id'>): void
}

export function createAccounts(first: readonly Account[]): Accounts {
  let all = first
  let lastId = Math.max(0, ...first.map(({ id }) => id))
  const disabled = new Set<number>()

  function find(login: string): Account | undefined {
    return all.find((account) => account.login.toLowerCase() === login.toLowerCase())
  }

  return {
    get all() {
      return all
    },
    find,
    require(login) {
      const account = find(login)
      if (account === undefined) throw new Error(`The fake Forgejo has no user ${login}`)
      return account
    },
    byId: (id) => all.find((account) => account.id === id),
    authenticate(nameOrEmail, password) {
      const account = find(nameOrEmail) ?? all.find(({ email }) => email === nameOrEmail)
      return account?.password === password ? account : undefined
    },
    isDisabled: (account) => disabled.has(account.id),
    setDisabled(account, isDisabled) {
      if (isDisabled) disabled.add(account.id)
      else disabled.delete(account.id)
    },
    rename({ id }, login) {
      all = all.map((account) => (account.id === id ? { ...account, login } : account))
    },
    remove({ id }) {
      all = all.filter((account) => account.id !== id)
    },
    add(account) {
      lastId += 1
      all = [...all, { ...account, id: lastId }]
    },
  }
}
