/** Every secret that there ever was. */
export interface CollectedSecrets {
  /** Throws for what is too short to be one. */
  readonly add: (...secrets: readonly string[]) => void
  readonly list: () => readonly string[]
}

const leastLength = 13

export function collectSecrets(): CollectedSecrets {
  const all = new Set<string>()
  return {
    add: (...secrets) => {
      for (const secret of secrets) {
        if (secret.length < leastLength) throw new Error(`"${secret}" is no secret`)
        all.add(secret)
      }
    },
    list: () => [...all],
  }
}
