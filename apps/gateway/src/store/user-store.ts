export interface User {
  readonly id: string
  /** Forgejo's unchanging id of the user. */
  readonly sub: string
  readonly login: string
}

export interface UserStore {
  /** Finds or makes the user of this `sub` and records the current login name. */
  upsert(user: { readonly sub: string; readonly login: string; readonly nowMs: number }): Promise<User>
}
