/** An OAuth2 application registered in the fake Forgejo. */
export interface Application {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  /** What the consent page calls it. */
  readonly name?: string
  /** True unless said otherwise. A public client gets the consent page every time. */
  readonly confidential?: boolean
}

export interface Applications {
  find(clientId: string): Application | undefined
  /** For servers whose port is known late. */
  addRedirectUri(clientId: string, redirectUri: string): void
}

export function createApplications(registered: readonly Application[]): Applications {
  const applications = new Map(registered.map((application) => [application.clientId, application]))
  return {
    find: (clientId) => applications.get(clientId),
    addRedirectUri(clientId, redirectUri) {
      const application = applications.get(clientId)
      if (application === undefined) throw new Error(`The fake Forgejo has no application ${clientId}`)
      applications.set(clientId, { ...application, redirectUris: [...application.redirectUris, redirectUri] })
    },
  }
}

export function isConfidential(application: Application): boolean {
  return application.confidential ?? true
}
