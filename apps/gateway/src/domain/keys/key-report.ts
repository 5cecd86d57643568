/** A key as people know it. */
export interface KeyLabel {
  /** 16 hexadecimal digits that come of the key itself; they stand in all that it sealed. */
  readonly id: string
  readonly name: string
}

/** How many users' credentials need a key: those that are alive and encrypted with it. */
export interface KeyUse {
  readonly keyId: string
  readonly rows: number
  /** What the key was called when it encrypted, as far as the audit log has it. */
  readonly name?: string | undefined
}

/** Names of the keys that are made from a client secret. Whatever has another name is one of the operator's own. */
export const clientSecretName = 'client secret'
export const previousClientSecretName = 'previous client secret'

export interface ReportedKey extends KeyLabel {
  /** The first key encrypts; all others only open. */
  readonly use: 'encrypts' | 'opens'
  readonly rows: number
  /** Whether nothing is lost when it is taken out of the settings: no row needs it, and it can be taken out. */
  readonly isRemovable: boolean
}

/** Which keys there are, what is encrypted with each, and what is encrypted with keys that are not there. */
export interface KeyReport {
  readonly keys: readonly ReportedKey[]
  readonly missing: readonly KeyUse[]
}

/**
 * Puts together which keys are loaded and which are needed.
 *
 * @param keys Those that are loaded, the one that encrypts first.
 */
export function reportKeys(keys: readonly KeyLabel[], uses: readonly KeyUse[]): KeyReport {
  return {
    keys: keys.map(({ id, name }, index) => {
      const rows = uses.find(({ keyId }) => keyId === id)?.rows ?? 0
      return { id, name, use: index === 0 ? 'encrypts' : 'opens', rows, isRemovable: index > 0 && rows === 0 && name !== clientSecretName }
    }),
    missing: findMissingKeys(keys, uses),
  }
}

/** Finds what is encrypted with keys that are not loaded. */
export function findMissingKeys(keys: readonly KeyLabel[], uses: readonly KeyUse[]): readonly KeyUse[] {
  return uses.filter(({ keyId }) => keys.every(({ id }) => id !== keyId))
}

/** Whether a key of this name is made from a client secret. */
export function isClientSecretName(name: string): boolean {
  return name === clientSecretName || name === previousClientSecretName
}

/** The setting that a key comes from. */
export function settingOfKey({ name }: Pick<KeyLabel, 'name'>): string {
  if (name === clientSecretName) return 'FORGEJO_OAUTH_CLIENT_SECRET'
  return name === previousClientSecretName ? 'FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS' : 'FJMCP_BROKER_ENCRYPTION_KEYS'
}
