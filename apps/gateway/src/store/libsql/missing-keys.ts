import { findMissingKeys, type KeyLabel, type KeyUse, previousClientSecretName, settingOfKey } from '../../domain/keys/key-report.ts'
import { explain, type StoreRefusal } from './refusal.ts'

/**
 * Says which keys living credentials are sealed with that are not loaded, and what may have become of them; undefined where none is missing.
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
  const needed = missing.map(({ keyId, rows }) => `${keyId} (${countCredentials(rows)})`).join(', ')
  const which = missing.length === 1 ? `the key ${needed} is` : `the keys ${needed} are`
  const loaded = keys.map((key) => `${describeKey(key)} (${countCredentials(rowsOf(key, uses))})`).join(', ')
  const detail = `Of ${countCredentials(all)} in ${name}, ${rows} cannot be opened: ${which} not loaded; loaded: ${loaded}`
  return explain({ reason: 'missing_key', detail, remedy: `${adviseOn(keys)} Where it is lost: ${lastResort}.` })
}

/** A key as it is called in messages: its name and its id. */
export function describeKey({ id, name }: KeyLabel): string {
  return settingOfKey({ name }) === 'FJMCP_BROKER_ENCRYPTION_KEYS' ? `key "${name}" ${id}` : `${name} ${id}`
}

function adviseOn(keys: readonly KeyLabel[]): string {
  const hasOwnKeys = keys.some((key) => settingOfKey(key) === 'FJMCP_BROKER_ENCRYPTION_KEYS')
  const hasPrevious = keys.some((key) => key.name === previousClientSecretName)
  return [
    hasOwnKeys
      ? 'If a key was taken out of FJMCP_BROKER_ENCRYPTION_KEYS too early, put it back behind the first; if one was mistyped or exchanged under its name, which gives it another id, set it as it was.'
      : 'If FJMCP_BROKER_ENCRYPTION_KEYS was set before, set it again.',
    hasPrevious
      ? 'If it comes of a client secret, FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS has to be exactly the one before.'
      : 'If the client secret changed, give the former one in FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS.',
    'After the start "fjmcp-broker keys re-encrypt" says when the key is no longer needed.',
  ].join(' ')
}

function rowsOf({ id }: KeyLabel, uses: readonly KeyUse[]): number {
  return uses.find(({ keyId }) => keyId === id)?.rows ?? 0
}

function countCredentials(rows: number): string {
  return rows === 1 ? '1 sign-in' : `${rows} sign-ins`
}
