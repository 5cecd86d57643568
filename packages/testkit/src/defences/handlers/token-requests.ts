import type { Defence } from '../defence.ts'

const repeats = 'apps/gateway/src/flows/oauth/record-repeats.ts'
const refreshReplay = 'apps/gateway/test/security/refresh-token-replay.test.ts'
const pairLimits = 'apps/gateway/src/flows/oauth/pair-limits.ts'
const flooding = 'apps/gateway/test/security/flooding.test.ts'
const audit = 'apps/gateway/test/audit.test.ts'

/** What is tried with any request for a token, and by very many of them. */
export const tokenRequestDefences: readonly Defence[] = [
  {
    attack: 'leave code, token or secret in the logs of all proxies, by the address',
    catalogue: 'RFC 9700 §4.3.2; RFC 6749 §2.3.1',
    stoppedIn: 'apps/gateway/src/routes/token-form.ts',
    proof: {
      file: 'apps/gateway/test/security/secrets-in-the-address.test.ts',
      test: 'a token request with %s in its address is refused, uses nothing up, and leaves nothing in the log',
    },
    takenOut: {
      code: "if (new URL(c.req.url).search !== '') return err({ reason: 'parameters_in_address' })",
      replacement: '',
    },
  },
  {
    attack: 'say a parameter twice, for two readers',
    catalogue: 'RFC 6749 §3.2; CWE-235',
    stoppedIn: 'apps/gateway/src/domain/oauth/parameters.ts',
    proof: { file: 'apps/gateway/test/security/parameter-pollution.test.ts', test: 'refuses %s' },
    takenOut: { code: 'if (seen.has(name)) repeated.add(name)', replacement: '' },
  },
  {
    attack: 'guess codes and tokens without end from one address',
    catalogue: 'RFC 6749 §10.10; CWE-307',
    stoppedIn: 'apps/gateway/src/routes/token-form.ts',
    proof: { file: flooding, test: 'that are refused get 429 after sixty in a minute, and hinder nobody else' },
    takenOut: { code: 'if (seconds > 0) return answerTooManyRequests(c, seconds)', replacement: '' },
  },
  {
    attack: 'lock others out who share one’s address, by bad requests',
    catalogue: 'CWE-645',
    stoppedIn: 'apps/gateway/src/routes/token-form.ts',
    proof: { file: flooding, test: 'that are good still pass where others behind the same address have guessed too often' },
    takenOut: { code: 'limit: limits.tokenRequests', replacement: 'limit: limits.refusedTokenRequests' },
  },
  {
    attack: 'keep the database busy by requests without end from one address',
    catalogue: 'CWE-770',
    stoppedIn: 'apps/gateway/src/routes/token-form.ts',
    proof: { file: flooding, test: 'of whatever kind get 429 after three hundred in a minute, before the database is asked' },
    takenOut: { code: 'limit: limits.tokenRequests', replacement: 'limit: { take: () => 0 }' },
  },
  {
    attack: 'refresh without end, from everywhere',
    catalogue: 'CWE-770',
    stoppedIn: pairLimits,
    proof: {
      file: flooding,
      test: 'of one client are bounded from all its users and addresses together, and one that is refused loses nothing',
    },
    takenOut: { code: ' || tokensOfClient.secondsToWait(clientId)', replacement: '' },
  },
  {
    attack: 'fill the database, or use up what a client’s users share, by refreshing as one of them',
    catalogue: 'CWE-770; CWE-645',
    stoppedIn: pairLimits,
    proof: { file: flooding, test: 'of one user are bounded for each client, so that nobody uses up what all its users share' },
    takenOut: { code: 'tokensOfGrant.secondsToWait(grantId) || ', replacement: '' },
  },
  {
    attack: 'do so by having the same refresh answered again and again',
    catalogue: 'CWE-645',
    stoppedIn: 'apps/gateway/src/flows/oauth/refresh-tokens.ts',
    proof: { file: flooding, test: 'that are answered again use up nothing of what the client may get' },
    takenOut: {
      code: 'return token.value.use === undefined ?',
      replacement: 'deps.limits.tokensOfClient.take(request.clientId)\n  return token.value.use === undefined ?',
    },
  },
  {
    attack: 'keep a client out by asking in its name',
    catalogue: 'CWE-645',
    stoppedIn: pairLimits,
    proof: { file: flooding, test: 'in the name of another client do not use up what that client may get' },
    takenOut: {
      code: 'const client = await authenticateClient(',
      replacement: 'deps.limits.tokensOfClient.take(request.clientId)\n  const client = await authenticateClient(',
      file: 'apps/gateway/src/flows/oauth/issue-tokens.ts',
    },
  },
  {
    attack: 'have tokens issued and refreshed unseen',
    catalogue: 'CWE-778',
    stoppedIn: 'apps/gateway/src/flows/oauth/refresh-tokens.ts',
    proof: { file: audit, test: 'a refresh, and once that others got its answer too' },
    takenOut: { code: "record({ type: 'tokens_refreshed',", replacement: "void Object({ type: 'tokens_refreshed'," },
  },
  {
    attack: 'use a stolen refresh token unseen, within the grace',
    catalogue: 'RFC 9700 §4.14.2; CWE-778',
    stoppedIn: repeats,
    proof: { file: refreshReplay, test: 'that a thief uses within the grace is seen, with the address, and once however often' },
    takenOut: { code: "record({ type: 'tokens_refreshed',", replacement: "void Object({ type: 'tokens_refreshed'," },
  },
  {
    attack: 'hide among many: use a refresh token again and again within the grace',
    catalogue: 'CWE-779',
    stoppedIn: repeats,
    proof: { file: refreshReplay, test: 'that a thief uses within the grace is seen, with the address, and once however often' },
    takenOut: { code: 'if (places.has(place) || places.size === mostAddresses) return', replacement: '' },
  },
  {
    attack: 'hide among many: present a used code again and again',
    catalogue: 'CWE-779',
    stoppedIn: 'apps/gateway/src/flows/access/end-family.ts',
    proof: {
      file: 'apps/gateway/test/security/audit-flood.test.ts',
      test: 'who presents a code that was exchanged again and again is kept once',
    },
    takenOut: { code: 'if (tokens + sessions > 0) deps', replacement: 'deps' },
  },
]
