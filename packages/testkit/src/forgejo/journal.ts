/** A request to `/api/` as the fake Forgejo saw it. */
export interface ApiRequest {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Whose token it carried; absent where there was none or it was refused. */
  readonly login: string | undefined
  readonly status: number
}

/** What tests want to count. */
export interface Journal {
  readonly apiRequests: readonly ApiRequest[]
  /** Requests with `grant_type=refresh_token` that came in, and those that got new tokens. */
  readonly refreshes: { readonly asked: number; readonly succeeded: number }
  recordApiRequest(request: ApiRequest): void
  recordRefreshAsked(): void
  recordRefreshSucceeded(): void
}

export function createJournal(): Journal {
  const apiRequests: ApiRequest[] = []
  const refreshes = { asked: 0, succeeded: 0 }
  return {
    apiRequests,
    refreshes,
    recordApiRequest(request) {
      apiRequests.push(request)
    },
    recordRefreshAsked() {
      refreshes.asked += 1
    },
    recordRefreshSucceeded() {
      refreshes.succeeded += 1
    },
  }
}
