/** What a user allowed an application: at most one for the two of them. */
export interface Grant {
  readonly id: number
  readonly userId: number
  readonly clientId: string
  /** As asked at the first consent, unchecked; later requests do not change it. */
  readonly scope: string
  /** Raised by every token reply; a refresh token is good only for the value that it carries. */
  readonly counter: number
}

export interface Grants {
  find(userId: number, clientId: string): Grant | undefined
  byId(id: number): Grant | undefined
  create(grant: Pick<Grant, 'userId' | 'clientId' | 'scope'>): Grant
  /** Raises the counter if it still is `seen`; undefined when another request was faster or the grant is gone. */
  raiseCounter(id: number, seen: number): Grant | undefined
  revokeAll(userId: number): void
}

export function createGrants(): Grants {
  const grants = new Map<number, Grant>()
  let lastId = 0

  function find(userId: number, clientId: string): Grant | undefined {
    return [...grants.values()].find((grant) => grant.userId === userId && grant.clientId === clientId)
  }

  return {
    find,
    byId: (id) => grants.get(id),
    create(grant) {
      lastId += 1
      const created: Grant = { ...grant, id: lastId, counter: 1 }
      grants.set(created.id, created)
      return created
    },
    raiseCounter(id, seen) {
      const grant = grants.get(id)
      if (grant === undefined || grant.counter !== seen) return undefined
      const raised: Grant = { ...grant, counter: grant.counter + 1 }
      grants.set(id, raised)
      return raised
    },
    revokeAll(userId) {
      for (const grant of grants.values()) if (grant.userId === userId) grants.delete(grant.id)
    },
  }
}
