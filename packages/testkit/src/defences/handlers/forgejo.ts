import type { HandlerDefences } from '../defence.ts'

const tokenEndpoint = 'apps/gateway/src/upstream/token-endpoint.ts'
const questions = 'apps/gateway/src/upstream/ask-json.ts'
const answers = 'apps/gateway/src/upstream/arctic-forgejo.ts'
const errors = 'apps/gateway/src/upstream/classify-token-error.ts'
const altered = 'apps/gateway/test/security/altered-credential.test.ts'
const renewal = 'apps/gateway/src/flows/forgejo/renew-credential.ts'
const hostile = 'apps/gateway/test/security/hostile-forgejo.test.ts'
const forgejoTests = 'apps/gateway/test/upstream/arctic-forgejo.test.ts'
const renewalTests = 'apps/gateway/test/oauth-credential-renewal.test.ts'

/** What is answered where the broker is the client, by Forgejo or by who stands in its place. */
export const forgejoDefences: HandlerDefences = {
  handler: 'Forgejo’s token endpoint, as our upstream',
  defences: [
    {
      attack: 'have code, refresh token and client secret sent on by a redirect',
      catalogue: 'RFC 9700 §4.11, §4.12',
      stoppedIn: tokenEndpoint,
      proof: { file: hostile, test: '(%s, %d) has no code, token or secret sent along' },
      takenOut: { code: "redirect: 'manual'", replacement: "redirect: 'follow'" },
    },
    {
      attack: 'have an access token sent on by a redirect',
      catalogue: 'RFC 9700 §4.9.1, §4.11',
      stoppedIn: questions,
      proof: { file: forgejoTests, test: 'follows no redirect, which would carry the token along' },
      takenOut: { code: "redirect: 'manual'", replacement: "redirect: 'follow'" },
    },
    {
      attack: 'use up the memory by an answer without end',
      catalogue: 'CWE-770',
      stoppedIn: 'apps/gateway/src/upstream/read-bounded-json.ts',
      proof: { file: forgejoTests, test: 'does not read an answer without end of status %d' },
      takenOut: { code: 'if (bytes > maxBytes)', replacement: 'if (bytes < 0)' },
    },
    {
      attack: 'write into headers or files by a token',
      catalogue: 'CWE-93',
      stoppedIn: tokenEndpoint,
      proof: { file: forgejoTests, test: 'does not believe %s' },
      takenOut: { code: String.raw`z.string().regex(/^[\x21-\x7e]{1,8192}$/)`, replacement: 'z.string()' },
    },
    {
      attack: 'give a token of another type for a bearer token',
      catalogue: 'RFC 6749 §7.1',
      stoppedIn: tokenEndpoint,
      proof: { file: forgejoTests, test: 'does not believe %s' },
      takenOut: { code: 'token_type: z.string().regex(/^bearer$/i),', replacement: '' },
    },
    {
      attack: 'write lines of one’s own into the log by a login',
      catalogue: 'CWE-117; CWE-150',
      stoppedIn: answers,
      proof: { file: hostile, test: 'is not taken for a name: %s' },
      takenOut: { code: String.raw`const plainText = z.string().regex(/^\P{C}{1,255}$/u)`, replacement: 'const plainText = z.string()' },
    },
    {
      attack: 'do so by the description of an error',
      catalogue: 'CWE-117',
      stoppedIn: errors,
      proof: { file: hostile, test: 'is one bounded line in the log where it is a reason' },
      takenOut: { code: String.raw`text.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 200)`, replacement: 'text' },
    },
    {
      attack: 'read a token in the log, by the message of a failure that quotes it',
      catalogue: 'CWE-532; RFC 9700 §4.3',
      stoppedIn: 'apps/gateway/src/upstream/fetch-failure.ts',
      proof: { file: forgejoTests, test: 'says nothing of a token that fits in no header' },
      takenOut: { code: 'return unavailable(nameFailure(error))', replacement: 'return unavailable(nameFailure(error) + String(error))' },
    },
    {
      attack: 'end somebody’s sign-in by an error that Forgejo does not have',
      catalogue: 'CWE-400',
      stoppedIn: errors,
      proof: { file: hostile, test: 'no answer of the token endpoint that Forgejo does not know how to give ends anybody’s sign-in' },
      takenOut: {
        code: "default:\n      return { reason: 'not_understood', detail }",
        replacement: "default:\n      return { reason: 'grant_refused', detail }",
      },
    },
    {
      attack: 'end all sign-ins by a wrong secret of the broker’s own',
      catalogue: 'CWE-636',
      stoppedIn: errors,
      proof: { file: renewalTests, test: 'leaves the credential alive when the broker’s own secret is wrong' },
      takenOut: {
        code: "case 'invalid_client':\n      return { reason: 'client_refused', detail }",
        replacement: "case 'invalid_client':\n      return { reason: 'grant_refused', detail }",
      },
    },
    {
      attack: 'have the broker use one refresh token of Forgejo twice, which ends the sign-in there',
      catalogue: 'RFC 9700 §4.14.2; CWE-362',
      stoppedIn: renewal,
      proof: { file: renewalTests, test: 'causes one refresh by 50 rejections at once and 50 late ones' },
      takenOut: { code: 'if (underWay !== undefined) return underWay', replacement: '' },
    },
    {
      attack: 'have a user’s newest tokens overwritten by an older sign-in that comes late',
      catalogue: 'CWE-362',
      stoppedIn: 'apps/gateway/src/memory/newest-tokens.ts',
      proof: {
        file: 'apps/gateway/src/memory/newest-tokens.property.test.ts',
        test: 'whatever order requests, replies and writes come in, of several sign-ins of one user the living tokens are kept',
      },
      takenOut: { code: 'isSurelyLater ? dated : await prove(dated, last)', replacement: 'isSurelyLater || last ? dated : undefined' },
    },
    {
      attack: 'take somebody’s place by the name that they had before',
      catalogue: 'OpenID Connect Core §5.7; CWE-290',
      stoppedIn: answers,
      proof: { file: 'apps/gateway/test/upstream/users.test.ts', test: 'who takes the name of a renamed user is somebody else' },
      takenOut: { code: 'sub: answer.value.sub,', replacement: 'sub: answer.value.preferred_username,' },
    },
    {
      attack: 'be revived by whoever gets the name of a deleted user',
      catalogue: 'OpenID Connect Core §5.7',
      stoppedIn: answers,
      proof: {
        file: 'apps/gateway/test/upstream/users.test.ts',
        test: 'who comes back under the name of a deleted user is another user, and revives nothing of the old one',
      },
      takenOut: { code: 'sub: answer.value.sub,', replacement: 'sub: answer.value.preferred_username,' },
    },
    {
      attack: 'hide that a grant of long ago allows the broker more than it asks for',
      catalogue: 'MCP: scope minimization; RFC 6749 §3.3',
      stoppedIn: 'apps/gateway/src/flows/forgejo/check-scopes.ts',
      proof: {
        file: 'apps/gateway/test/upstream/scopes.test.ts',
        test: 'an old grant that is too wide, %j, is reported with the remedy and recorded, and the sign-in goes on',
      },
      takenOut: { code: 'if (extra.length > 0) record(', replacement: 'if (extra.length < 0) record(' },
    },
    {
      attack: 'have a sign-in go on unseen that Forgejo has ended',
      catalogue: 'CWE-778',
      stoppedIn: renewal,
      proof: { file: 'apps/gateway/test/audit.test.ts', test: 'a credential that died, which nobody asked for from anywhere' },
      takenOut: { code: "record({ type: 'credential_died',", replacement: "void Object({ type: 'credential_died'," },
    },
    {
      attack: 'alter the tokens of a user in the database unseen',
      catalogue: 'CWE-778; CWE-354',
      stoppedIn: renewal,
      proof: { file: altered, test: 'who alters a user’s encrypted tokens leaves an event, and no client of that user goes on' },
      takenOut: {
        code: "if (credential.state === 'unreadable') return meetUnreadable(credential)",
        replacement: "if (credential.state === 'unreadable') return push({ userId, generation, accessToken: null })",
      },
    },
    {
      attack: 'end sign-ins by rows encrypted with a key that is not there',
      catalogue: 'CWE-636',
      stoppedIn: renewal,
      proof: { file: altered, test: 'a key that is missing ends nobody’s sign-in: it may be loaded again' },
      takenOut: { code: "if (cause.reason === 'damaged') return bury(", replacement: 'return bury(' },
    },
    {
      attack: 'go on by a token that is remembered, when the user’s credential was found dead elsewhere',
      catalogue: 'CWE-613',
      stoppedIn: renewal,
      proof: { file: altered, test: 'a credential that was found dead elsewhere, as by a re-encryption, is dead for the next request' },
      takenOut: { code: 'if (credential.accessToken === null) accessTokens.forgetUser(credential.userId)', replacement: '' },
    },
    {
      attack: 'find an ended user’s tokens at Forgejo in memory',
      catalogue: 'CWE-212; CWE-459',
      stoppedIn: 'apps/gateway/src/flows/access/withdraw-access.ts',
      proof: {
        file: 'apps/gateway/src/flows/access/withdraw-access.test.ts',
        test: 'keeps no tokens at Forgejo of an ended user that the store has not taken yet',
      },
      takenOut: { code: 'if (released.credential !== undefined) unsavedTokens.delete(released.credential.userId)', replacement: '' },
    },
  ],
}
