import type { HandlerDefences } from '../defence.ts'

const revocation = 'apps/gateway/src/flows/oauth/revoke-token.ts'
const withdrawal = 'apps/gateway/src/flows/access/withdraw-access.ts'
const revokeTests = 'apps/gateway/test/oauth-revoke.test.ts'
const endedAccess = 'apps/gateway/test/security/ended-access.test.ts'

/** What is tried with what ends access, and after it. */
export const revokeDefences: HandlerDefences = {
  handler: '/oauth/revoke',
  defences: [
    {
      attack: 'end the access of another client',
      catalogue: 'RFC 7009 §2.1, §5',
      stoppedIn: revocation,
      proof: {
        file: 'apps/gateway/test/security/revocation-by-another-client.test.ts',
        test: 'the %s of another client is refused, and nothing ends',
      },
      takenOut: { code: "if (found.clientId !== client.value.id) return err({ reason: 'token_of_another_client' })", replacement: '' },
    },
    {
      attack: 'end the access of a client that has a secret, without it',
      catalogue: 'RFC 7009 §2.1, §5',
      stoppedIn: revocation,
      proof: {
        file: 'apps/gateway/test/security/client-impersonation.test.ts',
        test: 'nothing of a client with a secret can be used, ended or used up',
      },
      takenOut: {
        code: 'const client = await authenticateClient(deps, request)',
        replacement: 'const client = (await authenticateClient(deps, request)) && ok({ id: request.clientId })',
      },
    },
    {
      attack: 'go on with the other token of a pair',
      catalogue: 'RFC 7009 §2.1; RFC 9700 §4.14.2',
      stoppedIn: 'apps/gateway/src/store/libsql/tokens.ts',
      proof: { file: revokeTests, test: 'of the %s ends both with the next request, and those of no other sign-in' },
      takenOut: {
        code: 'db.delete(refreshTokens).where(eq(refreshTokens.familyId, familyId))',
        replacement: "db.delete(refreshTokens).where(eq(refreshTokens.familyId, ''))",
      },
    },
    {
      attack: 'go on with an access token that the process still remembers',
      catalogue: 'RFC 7009 §2.1',
      stoppedIn: withdrawal,
      proof: { file: revokeTests, test: 'of the %s ends both with the next request, and those of no other sign-in' },
      takenOut: { code: 'accessTokens.forgetWhere(covers)', replacement: '' },
    },
    {
      attack: 'go on reading a stream that was open',
      catalogue: 'RFC 7009 §2.1; MCP: session hijacking',
      stoppedIn: withdrawal,
      proof: { file: endedAccess, test: 'a family of tokens that is %s ends its answers, and the session that nobody can use' },
      takenOut: { code: 'openAnswers.endWhere(covers)', replacement: '' },
    },
    {
      attack: 'have a child go on with a call that was begun',
      catalogue: 'RFC 7009 §2.1',
      stoppedIn: 'apps/gateway/src/flows/access/let-go-of-sessions.ts',
      proof: { file: endedAccess, test: 'a family of tokens that is %s ends its answers, and the session that nobody can use' },
      takenOut: { code: 'runner.end(sessionKey({ id })).then(() => left.delete(id))', replacement: 'left.delete(id)' },
    },
    {
      attack: 'leave the token in the logs of all proxies, by the address',
      catalogue: 'RFC 9700 §4.3.2',
      stoppedIn: 'apps/gateway/src/routes/token-form.ts',
      proof: {
        file: 'apps/gateway/test/security/secrets-in-the-address.test.ts',
        test: 'a revocation with the token in its address is refused, and ends nothing',
      },
      takenOut: { code: "if (new URL(c.req.url).search !== '') return err({ reason: 'parameters_in_address' })", replacement: '' },
    },
    {
      attack: 'guess tokens here instead of at the token endpoint',
      catalogue: 'RFC 7009 §5; CWE-307',
      stoppedIn: 'apps/gateway/src/routes/revoke.ts',
      proof: { file: 'apps/gateway/test/security/flooding.test.ts', test: 'and revocations have one budget' },
      takenOut: { code: 'limitTokenRequests(deps), ', replacement: '' },
    },
    {
      attack: 'find out which tokens there are',
      catalogue: 'RFC 7009 §2.2; CWE-204',
      stoppedIn: revocation,
      proof: { file: revokeTests, test: 'is done already for what was never issued, or has ended' },
      takenOut: {
        code: 'if (found === undefined) return ok(undefined)',
        replacement: "if (found === undefined) return err({ reason: 'token_of_another_client' })",
      },
    },
    {
      attack: 'sign somebody out unseen',
      catalogue: 'CWE-778',
      stoppedIn: 'apps/gateway/src/flows/access/end-family.ts',
      proof: { file: 'apps/gateway/test/audit.test.ts', test: 'a revocation, and none of what had ended before' },
      takenOut: { code: 'deps.record({ type,', replacement: 'void Object({ type,' },
    },
  ],
}
