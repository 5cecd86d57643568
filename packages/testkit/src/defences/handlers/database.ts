import type { HandlerDefences } from '../defence.ts'

const libsql = 'apps/gateway/src/store/libsql'
const sealing = 'apps/gateway/src/store/sealing.ts'
const sealingTests = 'apps/gateway/src/store/sealing.test.ts'
const ownership = `${libsql}/ownership.ts`
const location = `${libsql}/location.ts`
const stolen = {
  file: 'apps/gateway/test/security/stolen-database.test.ts',
  test: 'no file and no backup ever has a secret in it, sealed with $sealedWith',
}
const moved = {
  file: 'apps/gateway/test/security/moved-ciphertext.test.ts',
  test: 'opens in its own place and in no other column, row or table, nor for another user',
}

/** What somebody tries who reads, writes or exchanges the files of the database or a backup. */
export const databaseDefences: HandlerDefences = {
  handler: 'The database at rest, and its backups',
  defences: [
    {
      attack: 'find tokens of Forgejo in a stolen file, write-ahead log or backup',
      catalogue: 'RFC 6819 §5.1.4.1; CWE-312',
      stoppedIn: `${libsql}/credential-sealing.ts`,
      proof: { file: `${libsql}/persistence.test.ts`, test: 'no file of the database holds a token of Forgejo or a verifier in the clear' },
      takenOut: {
        code: "await sealer.seal(tokens.refreshToken, place('sealed_refresh_token', userId))",
        replacement: 'tokens.refreshToken',
      },
    },
    {
      attack: 'find the PKCE verifier of a sign-in there',
      catalogue: 'RFC 9700 §4.5; CWE-312',
      stoppedIn: `${libsql}/sign-ins.ts`,
      proof: { file: `${libsql}/persistence.test.ts`, test: 'no file of the database holds a token of Forgejo or a verifier in the clear' },
      takenOut: { code: 'await sealer.seal(upstreamCodeVerifier, verifierPlace(id))', replacement: 'upstreamCodeVerifier' },
    },
    {
      attack: 'find tokens of the broker there, which could be used',
      catalogue: 'RFC 6819 §5.1.4.1.3; CWE-256',
      stoppedIn: 'apps/gateway/src/flows/oauth/exchange-code.ts',
      proof: stolen,
      takenOut: { code: "const familyId = newId('fam')", replacement: 'const familyId = tokens.refreshToken' },
    },
    {
      attack: 'find the cookie of a sign-in there',
      catalogue: 'CWE-312; MCP: confused deputy',
      stoppedIn: 'apps/gateway/src/flows/oauth/begin-sign-in.ts',
      proof: stolen,
      takenOut: {
        code: 'expiresAtMs: clock() + signInTtlMs,',
        replacement: 'expiresAtMs: clock() + signInTtlMs, clientState: begun.browserSecret,',
      },
    },
    {
      attack: 'find the id of a session there',
      catalogue: 'MCP: session hijacking; CWE-312',
      stoppedIn: 'apps/gateway/src/flows/mcp/open-session.ts',
      proof: { file: 'apps/gateway/test/security/session-hijacking.test.ts', test: 'an id is 32 random bytes and stored as a hash only' },
      takenOut: { code: 'deps.secrets.hash(mcpSessionId)', replacement: 'mcpSessionId' },
    },
    {
      attack: 'find there, during the grace, what a refresh token was exchanged for',
      catalogue: 'RFC 9700 §4.14; CWE-312',
      stoppedIn: 'apps/gateway/src/flows/oauth/kept-successors.ts',
      proof: {
        file: 'apps/gateway/test/security/moved-ciphertext.test.ts',
        test: 'the successors of a refresh token open for that token and in its row only',
      },
      takenOut: {
        code: "import { createSealer } from '../../store/sealing.ts'",
        replacement:
          "import { createSealer as create } from '../../store/sealing.ts'\nconst createSealer = () => create([{ name: 'refresh token', refreshToken: 'one for all' }])",
      },
    },
    {
      attack: 'put the sealed tokens of one user into the row of another',
      catalogue: 'CWE-345; CWE-639',
      stoppedIn: sealing,
      proof: moved,
      takenOut: { code: 'place.table, place.column, place.row]', replacement: 'place.table, place.column]' },
    },
    {
      attack: 'put a refresh token where an access token stands, so that it is sent to the API',
      catalogue: 'CWE-345',
      stoppedIn: sealing,
      proof: moved,
      takenOut: { code: 'place.table, place.column, place.row]', replacement: 'place.table, place.row]' },
    },
    {
      attack: 'alter what is sealed',
      catalogue: 'NIST SP 800-38D §5.2.2; CWE-354',
      stoppedIn: sealing,
      proof: { file: sealingTests, test: 'does not open once any byte has changed' },
      takenOut: { code: "  } catch {\n    return err({ reason: 'damaged' })", replacement: "  } catch {\n    return ok('')" },
    },
    {
      attack: 'find the key by two texts that were sealed with one nonce',
      catalogue: 'NIST SP 800-38D §8.2; CWE-323',
      stoppedIn: sealing,
      proof: { file: sealingTests, test: 'seals the same text differently each time' },
      takenOut: { code: 'crypto.getRandomValues(new Uint8Array(nonceBytes))', replacement: 'new Uint8Array(nonceBytes)' },
    },
    {
      attack: 'have one secret serve as two keys',
      catalogue: 'RFC 5869 §3.2',
      stoppedIn: sealing,
      proof: { file: sealingTests, test: 'derives other keys from bytes than from a secret text of the same bytes' },
      takenOut: { code: "info: 'forgejo-mcp-broker encryption key v1'", replacement: "info: 'forgejo-mcp-broker credentials v1'" },
    },
    {
      attack: 'open tokens with a key that leaked and was exchanged',
      catalogue: 'NIST SP 800-57 §5.3; CWE-324',
      stoppedIn: `${libsql}/keys.ts`,
      proof: {
        file: `${libsql}/keys.test.ts`,
        test: 'every credential is sealed anew, part by part, and the former key is needed no more',
      },
      takenOut: {
        code: 'rows.filter((row) => !isSealedWith(encrypting.id, row))',
        replacement: 'rows.slice(1).filter((row) => !isSealedWith(encrypting.id, row))',
      },
    },
    {
      attack: 'take back a renewal by an exchange of keys that runs beside it',
      catalogue: 'CWE-362',
      stoppedIn: `${libsql}/keys.ts`,
      proof: { file: `${libsql}/keys.test.ts`, test: 'a renewal and a sign-in that come in the middle are never written over' },
      takenOut: {
        code: 'query: db.update(credentials).set(change).where(isUnchanged(row))',
        replacement: 'query: db.update(credentials).set(change).where(eq(credentials.userId, row.userId))',
      },
    },
    {
      attack: 'read a key in the complaint about a setting',
      catalogue: 'CWE-209',
      stoppedIn: 'apps/gateway/src/domain/keys/encryption-keys.ts',
      proof: {
        file: 'apps/gateway/src/domain/keys/encryption-keys.property.test.ts',
        test: 'throws for no text whatever, gives whole keys only, and repeats nothing of what it refuses',
      },
      takenOut: { code: "err('a name, a colon and a key for each')", replacement: 'err(`a name, a colon and a key for ${entry}`)' },
    },
    {
      attack: 'read the file of a secret as another user of the machine',
      catalogue: 'CWE-732',
      stoppedIn: 'packages/shared/src/secret-file.ts',
      proof: {
        file: 'packages/shared/src/secret-file.test.ts',
        test: 'refuses a file that everybody may read, and names its mode and the remedy',
      },
      takenOut: { code: 'const readableByOthers = 0o004', replacement: 'const readableByOthers = 0' },
    },
    {
      attack: 'put a secret of one’s own choice into that file',
      catalogue: 'CWE-732',
      stoppedIn: 'packages/shared/src/secret-file.ts',
      proof: { file: 'packages/shared/src/secret-file.test.ts', test: 'refuses a file of mode %s, which others may write' },
      takenOut: { code: 'const writableByOthers = 0o022', replacement: 'const writableByOthers = 0o002' },
    },
    {
      attack: 'read the database as another user of the machine',
      catalogue: 'CWE-276',
      stoppedIn: location,
      proof: { file: `${libsql}/open-store.test.ts`, test: 'makes folder and files for our eyes only' },
      takenOut: { code: "openSync(location.path, 'a', 0o600)", replacement: "openSync(location.path, 'a', 0o644)" },
    },
    {
      attack: 'look into its folder, and put files beside it',
      catalogue: 'CWE-276',
      stoppedIn: location,
      proof: { file: `${libsql}/open-store.test.ts`, test: 'makes folder and files for our eyes only' },
      takenOut: { code: 'mkdirSync(folder, { recursive: true, mode: 0o700 })', replacement: 'mkdirSync(folder, { recursive: true })' },
    },
    {
      attack: 'read a backup while it is written, or after',
      catalogue: 'CWE-276; CWE-377',
      stoppedIn: `${libsql}/backup/copy-database.ts`,
      proof: {
        file: `${libsql}/backup/back-up.test.ts`,
        test: 'is a database that a broker opens, for our eyes only, with nothing beside it',
      },
      takenOut: { code: "openSync(path, 'wx', 0o600)", replacement: "openSync(path, 'wx', 0o644)" },
    },
    {
      attack: 'have a backup follow a link, or take the place of another file',
      catalogue: 'CWE-59; CWE-367',
      stoppedIn: `${libsql}/backup/back-up.ts`,
      proof: { file: `${libsql}/backup/back-up.test.ts`, test: 'takes the place of nothing that was made meanwhile' },
      takenOut: { code: 'linkSync(copy, target)\n    rmSync(copy)', replacement: 'renameSync(copy, target)' },
    },
    {
      attack: 'find the copy that a streamed backup is read from',
      catalogue: 'CWE-459',
      stoppedIn: `${libsql}/backup/back-up.ts`,
      proof: { file: `${libsql}/backup/back-up.test.ts`, test: 'goes to a stream whole, from a copy that has no name any more' },
      takenOut: { code: "const file = openSync(copy, 'r')\n    rmSync(copy)", replacement: "const file = openSync(copy, 'r')" },
    },
    {
      attack: 'have the broker change the database of another program',
      catalogue: 'CWE-73',
      stoppedIn: `${libsql}/application-mark.ts`,
      proof: { file: `${libsql}/refusals.test.ts`, test: 'and left untouched, its write-ahead log too, when another program made it' },
      takenOut: { code: 'if (!isOurs(header))', replacement: 'if (false)' },
    },
    {
      attack: 'be taken for the user who has the same number at another Forgejo',
      catalogue: 'CWE-290; OpenID Connect Core §5.7',
      stoppedIn: ownership,
      proof: { file: `${libsql}/refusals.test.ts`, test: 'when it belongs to another Forgejo, and stays what it was' },
      takenOut: { code: 'isOther(known.forgejo_origin, forgejoOrigin)', replacement: 'false' },
    },
    {
      attack: 'have tokens of one application used by another',
      catalogue: 'RFC 6749 §10.4; CWE-441',
      stoppedIn: ownership,
      proof: { file: `${libsql}/refusals.test.ts`, test: 'when it belongs to another application' },
      takenOut: { code: 'isOther(known.oauth_client_id, oauthClientId)', replacement: 'false' },
    },
    {
      attack: 'have two brokers rotate the same tokens',
      catalogue: 'CWE-362; RFC 9700 §4.14',
      stoppedIn: `${libsql}/owner-lock.ts`,
      proof: { file: `${libsql}/refusals.test.ts`, test: 'while another process has it, and not when that was killed' },
      takenOut: { code: "client.transaction('write')", replacement: "client.transaction('deferred')" },
    },
    {
      attack: 'hide a trigger or a view in a database, which acts when the broker does',
      catalogue: 'CWE-829; SQLite: defense against the dark arts',
      stoppedIn: `${libsql}/check-schema.ts`,
      proof: { file: `${libsql}/check-schema.test.ts`, test: 'after $sql' },
      takenOut: { code: '?? findForeign({ objects, expected, hasMore })', replacement: '' },
    },
    {
      attack: 'the same in a backup that an operator is made to restore',
      catalogue: 'CWE-829',
      stoppedIn: `${libsql}/backup/check-backup.ts`,
      proof: { file: `${libsql}/backup/check-backup.test.ts`, test: 'a backup is refused after $sql' },
      takenOut: { code: '?? findForeign({ objects, expected, hasMore })', replacement: '', file: `${libsql}/check-schema.ts` },
    },
    {
      attack: 'speak to the operator’s terminal by what stands in a database',
      catalogue: 'CWE-150',
      stoppedIn: `${libsql}/refusal.ts`,
      proof: { file: `${libsql}/check-schema.test.ts`, test: 'in one line without control characters, whatever its rows hold' },
      takenOut: { code: String.raw`text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')`, replacement: 'text' },
    },
    {
      attack: 'read a token in the log, in the error of a statement that failed',
      catalogue: 'CWE-209; CWE-532',
      stoppedIn: `${libsql}/failures.ts`,
      proof: { file: `${libsql}/failures.test.ts`, test: 'a failure says nothing of what was to be stored' },
      takenOut: {
        code: 'return new StoreFailure(`the database could not do what was asked: ${cause.code}`, { cause })',
        replacement: 'return new StoreFailure(`the database could not do what was asked: ${cause.code}`, { cause: error })',
      },
    },
  ],
}
