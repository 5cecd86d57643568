import type { Defence, HandlerDefences } from '../defence.ts'
import { tokenRequestDefences } from './token-requests.ts'

const requests = 'apps/gateway/src/domain/oauth/token/token-request.ts'
const codes = 'apps/gateway/src/domain/oauth/token/authorization-code.ts'
const refreshTokens = 'apps/gateway/src/domain/oauth/token/refresh-token.ts'
const clients = 'apps/gateway/src/domain/oauth/client/client-authentication.ts'
const store = 'apps/gateway/src/store/libsql/tokens.ts'
const codeReplay = 'apps/gateway/test/security/code-replay.test.ts'
const codeInjection = 'apps/gateway/test/security/code-injection.test.ts'
const refreshReplay = 'apps/gateway/test/security/refresh-token-replay.test.ts'
const impersonation = 'apps/gateway/test/security/client-impersonation.test.ts'
const tokenTests = 'apps/gateway/test/oauth-token.test.ts'

const ofCodes: readonly Defence[] = [
  {
    attack: 'use a code twice at the same time',
    catalogue: 'RFC 6749 §4.1.2; RFC 9700 §4.5',
    stoppedIn: store,
    proof: { file: codeReplay, test: 'serves exactly one of 50 uses at the same time, whose tokens stay good' },
    takenOut: { code: 'isNull(authorizationCodes.successorHash), ', replacement: '' },
  },
  {
    attack: 'use a code that its owner has used, and keep what it brings',
    catalogue: 'RFC 6749 §4.1.2; OAuth 2.1 §4.1.3',
    stoppedIn: 'apps/gateway/src/flows/oauth/exchange-code.ts',
    proof: { file: codeReplay, test: 'presented again later ends what it was exchanged for' },
    takenOut: { code: "await endFamily(deps, { ...found, familyId: found.use?.familyId }, 'code_reused')", replacement: 'void found' },
  },
  {
    attack: 'sign somebody out by a used code, found in a log',
    catalogue: 'RFC 6749 §4.1.2; RFC 9700 §2.1.1; CWE-400',
    stoppedIn: codes,
    proof: {
      file: codeReplay,
      test: 'found when it was used signs nobody out without the verifier that it belongs to, from a client with the method %s',
    },
    takenOut: {
      code: 'if (presented.codeChallenge !== issued.codeChallenge)',
      replacement: 'if (issued.use === undefined && presented.codeChallenge !== issued.codeChallenge)',
    },
  },
  {
    attack: 'use a code found later, in a log or a history',
    catalogue: 'RFC 9700 §4.3.1',
    stoppedIn: 'apps/gateway/src/domain/oauth/lifetimes.ts',
    proof: { file: codeReplay, test: 'is good for a minute' },
    takenOut: { code: 'codeTtlMs = 60_000', replacement: 'codeTtlMs = 600_000' },
  },
  {
    attack: 'use the code of another client',
    catalogue: 'RFC 6749 §4.1.3; RFC 9700 §4.5',
    stoppedIn: codes,
    proof: { file: codeInjection, test: 'is refused from another client' },
    takenOut: { code: "if (issued.clientId !== presented.clientId) return err({ reason: 'code_of_another_client' })", replacement: '' },
  },
  {
    attack: 'use a code without the verifier of the client that began',
    catalogue: 'RFC 9700 §4.5.3; RFC 7636 §4.6',
    stoppedIn: codes,
    proof: { file: codeInjection, test: 'is refused with %s, and not used up by that' },
    takenOut: {
      code: "if (presented.codeChallenge !== issued.codeChallenge) return err({ reason: 'verifier_mismatch' })",
      replacement: '',
    },
  },
  {
    attack: 'use the challenge, which everybody saw, as verifier',
    catalogue: 'RFC 9700 §4.8; RFC 7636 §7.2; CVE-2025-4144',
    stoppedIn: 'apps/gateway/src/flows/oauth/exchange-code.ts',
    proof: { file: 'apps/gateway/test/security/pkce-downgrade.test.ts', test: 'a code is not exchanged %s' },
    takenOut: { code: 'codeChallenge: secrets.hash(request.codeVerifier)', replacement: 'codeChallenge: request.codeVerifier' },
  },
  {
    attack: 'use a code with another redirect URI than the one it went to',
    catalogue: 'RFC 6749 §4.1.3; RFC 9700 §4.1',
    stoppedIn: codes,
    proof: { file: codeInjection, test: 'is refused with %s, and not used up by that' },
    takenOut: {
      code: "if (presented.redirectUri !== undefined && presented.redirectUri !== issued.redirectUri) return err({ reason: 'redirect_uri_mismatch' })",
      replacement: '',
    },
  },
  {
    attack: 'use a code for another resource',
    catalogue: 'RFC 8707 §2.2',
    stoppedIn: codes,
    proof: { file: 'apps/gateway/src/domain/oauth/token/authorization-code.test.ts', test: 'refuses it when presented with %j' },
    takenOut: { code: "if (presented.resource !== issued.resource) return err({ reason: 'foreign_resource' })", replacement: '' },
  },
  {
    attack: 'turn a code of an earlier, narrower consent into what was allowed since',
    catalogue: 'RFC 6749 §3.3; MCP: scope minimization',
    stoppedIn: store,
    proof: { file: tokenTests, test: 'gives no more than it was issued for, whatever the user allowed since' },
    takenOut: { code: 'accessLevel: lowerLevel(issuedLevel, grantedLevel)', replacement: 'accessLevel: issuedLevel && grantedLevel' },
  },
]

const ofRefreshTokens: readonly Defence[] = [
  {
    attack: 'go on with a stolen refresh token beside its owner',
    catalogue: 'RFC 9700 §4.14.2; OAuth 2.1 §4.3.1',
    stoppedIn: 'apps/gateway/src/flows/oauth/refresh-tokens.ts',
    proof: {
      file: refreshReplay,
      test: 'that is used after the grace ends all tokens that came of it, at once, and those of no other sign-in',
    },
    takenOut: { code: "await endFamily(deps, found, 'refresh_token_reused')", replacement: 'void found' },
  },
  {
    attack: 'use a refresh token twice at the same time, for two lines of tokens',
    catalogue: 'RFC 9700 §4.14.2',
    stoppedIn: store,
    proof: { file: refreshReplay, test: 'serves exactly one of 50 uses at the same time where there is no grace, and nothing is revoked' },
    takenOut: { code: 'isNull(refreshTokens.successorHash), ', replacement: '' },
  },
  {
    attack: 'end somebody’s sign-in by an old refresh token of theirs, as another client',
    catalogue: 'RFC 9700 §4.14; CWE-400',
    stoppedIn: refreshTokens,
    proof: { file: refreshReplay, test: 'of another client ends nothing, however often it is tried' },
    takenOut: {
      code: "return err({ reason: 'refresh_token_of_another_client' })",
      replacement: "return err({ reason: 'refresh_token_reused' })",
    },
  },
  {
    attack: 'use the refresh token of another client',
    catalogue: 'RFC 6749 §10.4; RFC 9700 §4.14.2',
    stoppedIn: refreshTokens,
    proof: { file: refreshReplay, test: 'is refused from another client' },
    takenOut: { code: 'if (issued.clientId !== presented.clientId) return', replacement: 'if (issued.clientId === undefined) return' },
  },
  {
    attack: 'ask for more at a refresh than was granted',
    catalogue: 'RFC 6749 §6; MCP: scope minimization',
    stoppedIn: refreshTokens,
    proof: { file: tokenTests, test: 'is refused with %s, and not used up by that' },
    takenOut: {
      code: "if (!isScopeWithin(presented.scope, issued.accessLevel)) return err({ reason: 'scope_beyond_grant' })",
      replacement: '',
    },
  },
  {
    attack: 'keep a level that the user has narrowed since',
    catalogue: 'MCP: scope minimization',
    stoppedIn: store,
    proof: { file: tokenTests, test: 'gives no more than what the user allows now' },
    takenOut: { code: 'accessLevel: lowerLevel(issuedLevel, grantedLevel)', replacement: 'accessLevel: grantedLevel && issuedLevel' },
  },
  {
    attack: 'refresh for another resource',
    catalogue: 'RFC 8707 §2.2',
    stoppedIn: refreshTokens,
    proof: { file: 'apps/gateway/src/domain/oauth/token/refresh-token.test.ts', test: 'refuses it otherwise (%#)' },
    takenOut: { code: "if (presented.resource !== issued.resource) return err({ reason: 'foreign_resource' })", replacement: '' },
  },
  {
    attack: 'use a refresh token that was left lying for months',
    catalogue: 'RFC 9700 §4.14.2',
    stoppedIn: refreshTokens,
    proof: { file: 'apps/gateway/src/domain/oauth/token/refresh-token.test.ts', test: 'refuses it otherwise (%#)' },
    takenOut: { code: 'if (issued.expiresAtMs <= nowMs)', replacement: 'if (issued.expiresAtMs <= 0)' },
  },
  {
    attack: 'go on after the user has revoked the broker at Forgejo',
    catalogue: 'RFC 9700 §4.14.2',
    stoppedIn: refreshTokens,
    proof: {
      file: 'apps/gateway/test/oauth-credential-renewal.test.ts',
      test: 'is pushed as such, stops the access token at once and spares the refresh token',
    },
    takenOut: { code: "if (issued.credentialState === 'dead') return err({ reason: 'credential_dead' })", replacement: '' },
  },
]

const ofClients: readonly Defence[] = [
  {
    attack: 'leave the secret of a client out',
    catalogue: 'RFC 6749 §10.1; RFC 9700 §2.5',
    stoppedIn: clients,
    proof: { file: impersonation, test: 'nothing of a client with a secret can be used, ended or used up' },
    takenOut: {
      code: "if (secretHash === undefined) return err({ reason: 'missing_client_secret' })",
      replacement: 'if (secretHash === undefined) return ok(client)',
    },
  },
  {
    attack: 'send another secret',
    catalogue: 'RFC 6749 §10.1',
    stoppedIn: clients,
    proof: { file: impersonation, test: 'nothing of a client with a secret can be used, ended or used up' },
    takenOut: { code: 'client.secretHash === secretHash ?', replacement: 'client.secretHash !== null ?' },
  },
  {
    attack: 'prove to be one client and name another, in header and body',
    catalogue: 'RFC 6749 §2.3; CWE-436',
    stoppedIn: clients,
    proof: {
      file: 'apps/gateway/src/domain/oauth/client/client-authentication.property.test.ts',
      test: 'lets the body name no other client than the header',
    },
    takenOut: {
      code: "if (clientId !== undefined && clientId !== basic.value.clientId) return err({ reason: 'two_clients' })",
      replacement: '',
    },
  },
  {
    attack: 'send two secrets, one for each reader',
    catalogue: 'RFC 6749 §2.3; CWE-436',
    stoppedIn: clients,
    proof: {
      file: 'apps/gateway/src/domain/oauth/client/client-authentication.property.test.ts',
      test: 'takes a secret from one place only',
    },
    takenOut: { code: "if (clientSecret !== undefined) return err({ reason: 'two_client_authentications' })", replacement: '' },
  },
  {
    attack: 'find out which clients there are',
    catalogue: 'CWE-204',
    stoppedIn: 'apps/gateway/src/domain/oauth/token/token-error.ts',
    proof: {
      file: impersonation,
      test: 'nobody learns whether a client exists by its secret, and who tried the header is told its scheme',
    },
    takenOut: { code: "case 'unknown_client':\n", replacement: "case 'unknown_client':\n      return invalidClient('no such client')\n" },
  },
  {
    attack: 'get a token without a user (client_credentials), or for a password',
    catalogue: 'RFC 9700 §2.4, §4.15',
    stoppedIn: requests,
    proof: { file: 'apps/gateway/test/security/client-as-user.test.ts', test: 'a client (%s) gets no token by %j, for whatever user' },
    takenOut: {
      code: "if (grantType !== 'authorization_code' && grantType !== 'refresh_token') return err({ reason: 'unsupported_grant_type' })",
      replacement: '',
    },
  },
]

/** What comes for tokens: with codes, with refresh tokens, in a client's name. */
export const tokenDefences: HandlerDefences = {
  handler: '/oauth/token',
  defences: [...ofCodes, ...ofRefreshTokens, ...ofClients, ...tokenRequestDefences],
}
