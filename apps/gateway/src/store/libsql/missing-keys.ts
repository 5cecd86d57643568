import { findMissingKeys, isClientSecretName, type KeyLabel, type KeyUse, previousClientSecretName } from '../../domain/keys/key-report.ts'
import { explain, type StoreRefusal } from './refusal.ts'

/**
 * Says which keys living credentials are encrypted with that are not loaded, and what may have become of them; undefined where none is
 * missing.
 *
 * @param name What the database is called in messages.
 * @param lastResort What to do where a key is lost.
 */
export function findMissingKeyRefusal({
  keys,
  uses,
  name,
  lastResort,
}: {
  readonly keys: readonly KeyLabel[]
  readonly uses: readonly KeyUse[]
  readonly name: string
  readonly lastResort: string
}): StoreRefusal | undefined {
  const missing = findMissingKeys(keys, uses)
  if (missing.length === 0) return undefined
  const rows = missing.reduce((sum, use) => sum + use.rows, 0)
  const all = uses.reduce((sum, use) => sum + use.rows, 0)
  const needed = missing.map((use) => `the ${describeMissing(use)} (${countCredentials(use.rows)})`).join(', ')
  const loaded = keys.map((key) => `${describeKey(key)} (${countCredentials(rowsOf(key, uses))})`).join(', ')
  const detail = `Of ${countCredentials(all)} in ${name}, ${rows} cannot be opened: ${needed} ${missing.length === 1 ? 'is' : 'are'} not loaded; loaded: ${loaded}`
  const remedy = [
    ...adviseOn(keys, missing),
    `If the key is lost: ${lastResort}.`,
    'After the start "fjmcp-broker keys re-encrypt" says when the key is no longer needed.',
    'docs/troubleshooting.md, "A key is missing", goes through all of it.',
  ]
  return explain({ reason: 'missing_key', detail, remedy })
}

/** A key as it is called in messages: its name and its id. */
export function describeKey({ id, name }: KeyLabel): string {
  return isClientSecretName(name) ? `${name} ${id}` : `key "${name}" ${id}`
}

function describeMissing({ keyId, name }: KeyUse): string {
  return name === undefined ? `key ${keyId}` : describeKey({ id: keyId, name })
}

/** One line for each that may have happened, the likeliest first. */
function adviseOn(keys: readonly KeyLabel[], missing: readonly KeyUse[]): readonly string[] {
  const hasOwnKeys = keys.some(({ name }) => !isClientSecretName(name))
  const mayBeOwn = missing.some(({ name }) => name === undefined || !isClientSecretName(name))
  const mayBeClientSecret = missing.some(({ name }) => name === undefined || isClientSecretName(name))
  const onOwnKeys = hasOwnKeys
    ? [
        'If a key was taken out of FJMCP_BROKER_ENCRYPTION_KEYS too early: put it back behind the first.',
        'If a key was mistyped or exchanged under its name, which gives it another id: set it as it was.',
      ]
    : ['If FJMCP_BROKER_ENCRYPTION_KEYS was set before: set it again.']
  const onClientSecret = keys.some(({ name }) => name === previousClientSecretName)
    ? ['If the client secret changed: FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS has to be exactly the one before.']
    : ['If the client secret changed: give the former one in FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS.']
  const [ofOwn, ofSecret] = [mayBeOwn ? onOwnKeys : [], mayBeClientSecret ? onClientSecret : []]
  return hasOwnKeys ? [...ofOwn, ...ofSecret] : [...ofSecret, ...ofOwn]
}

function rowsOf({ id }: KeyLabel, uses: readonly KeyUse[]): number {
  return uses.find(({ keyId }) => keyId === id)?.rows ?? 0
}

function countCredentials(rows: number): string {
  return rows === 1 ? '1 sign-in' : `${rows} sign-ins`
}
