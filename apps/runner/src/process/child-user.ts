/** Whom children run as. */
export interface ChildUsers {
  /** The user for one process; undefined where all are in use. */
  take(): ChildUser | undefined
}

/** Whom one process runs as, until it is gone. */
export interface ChildUser {
  /** Undefined where that is who the runner is. */
  readonly ids: { readonly uid: number; readonly gid: number } | undefined
  /** Whether the system shows this process as the user's and nobody else's. */
  isUserOf(pid: number): boolean
  /** The process is gone, or there never was one: what else runs as this user is ended, if the user is this process's alone. */
  release(): void
}

/** All children run as the runner does. */
export const runnersOwnUser = {
  take: (): ChildUser => ({ ids: undefined, isUserOf: () => true, release: () => undefined }),
} satisfies ChildUsers
