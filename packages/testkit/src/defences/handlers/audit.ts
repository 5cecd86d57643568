import type { HandlerDefences } from '../defence.ts'

const trail = 'apps/gateway/src/memory/audit-trail.ts'
const trailTests = 'apps/gateway/src/memory/audit-trail.test.ts'
const rows = 'apps/gateway/src/store/libsql/audit-events.ts'
const rowTests = 'apps/gateway/src/store/libsql/audit-events.test.ts'
const flood = 'apps/gateway/test/security/audit-flood.test.ts'

/** What somebody tries so that an act is not seen, is seen as another’s, or cannot be found. What each handler records stands there. */
export const auditDefences: HandlerDefences = {
  handler: 'The audit log',
  defences: [
    {
      attack: 'change what was recorded',
      catalogue: 'NIST SP 800-53 AU-9; CWE-117',
      stoppedIn: 'drizzle/migrations/0002_access.sql',
      proof: { file: rowTests, test: 'an event is never changed' },
      takenOut: { code: "SELECT RAISE(ABORT, 'audit events are never changed')", replacement: 'SELECT 1' },
    },
    {
      attack: 'read a secret there',
      catalogue: 'CWE-532; RFC 9700 §4.2.4',
      stoppedIn: 'apps/gateway/src/flows/oauth/register-client.ts',
      proof: {
        file: 'apps/gateway/test/security/secrets-in-the-audit-log.test.ts',
        test: 'leaves no secret in the audit log, neither in its rows nor in its lines',
      },
      takenOut: {
        code: 'details: { redirectUris: client.redirectUris, authMethod: client.authMethod }',
        replacement: 'details: { redirectUris: client.redirectUris, clientSecret }',
      },
    },
    {
      attack: 'act while the database takes no writes',
      catalogue: 'NIST SP 800-53 AU-5; CWE-778',
      stoppedIn: trail,
      proof: {
        file: 'apps/gateway/test/audit.test.ts',
        test: 'an act whose event cannot be stored is done all the same, and the log has the event',
      },
      takenOut: { code: 'for (const event of events) reportLoss(event, why)', replacement: '' },
    },
    {
      attack: 'have one event that cannot be stored keep the later ones from it',
      catalogue: 'NIST SP 800-53 AU-5; CWE-755',
      stoppedIn: trail,
      proof: { file: trailTests, test: 'does not keep later ones from it' },
      takenOut: { code: 'for (const event of events) reportLoss(event, why)', replacement: 'throw error' },
    },
    {
      attack: 'use up the memory by acts that wait for the database',
      catalogue: 'CWE-770',
      stoppedIn: trail,
      proof: { file: trailTests, test: 'is one of more than ten thousand that wait while the store hangs' },
      takenOut: { code: 'if (waiting.length >= mostWaiting)', replacement: 'if (false)' },
    },
    {
      attack: 'act just before the broker stops',
      catalogue: 'CWE-778',
      stoppedIn: trail,
      proof: { file: trailTests, test: 'what is not written yet is work that a stop waits for, and does without delay' },
      takenOut: { code: 'waitUntil(writing)', replacement: '' },
    },
    {
      attack: 'pass an act off as another’s by a detail that one may choose',
      catalogue: 'CWE-117; CWE-345',
      stoppedIn: trail,
      proof: { file: trailTests, test: 'no detail takes the place of who did it' },
      takenOut: {
        code: 'return { ...details, audit: true, auditId: id, userId, userLogin, clientId, clientName, grantId, address }',
        replacement: 'return { audit: true, auditId: id, userId, userLogin, clientId, clientName, grantId, address, ...details }',
      },
    },
    {
      attack: 'take another name afterwards',
      catalogue: 'NIST SP 800-53 AU-3; CWE-778',
      stoppedIn: rows,
      proof: { file: rowTests, test: 'an event is kept with the login and the name of that time' },
      takenOut: { code: '.select({ login: users.login })', replacement: '.select({ login: users.sub })' },
    },
    {
      attack: 'push the acts of users out by what anybody can cause',
      catalogue: 'CWE-779',
      stoppedIn: rows,
      proof: { file: rowTests, test: 'of what strangers can cause only the newest are kept, and nothing else goes for it' },
      takenOut: { code: 'and(isUnowned, inArray(auditEvents.type, anonymousEventTypes))', replacement: 'isUnowned' },
    },
    {
      attack: 'fill the database by what anybody can cause',
      catalogue: 'CWE-770',
      stoppedIn: rows,
      proof: { file: rowTests, test: 'of what strangers can cause only the newest are kept, and nothing else goes for it' },
      takenOut: { code: 'if ((found?.count ?? 0) <= most) return 0', replacement: 'return 0' },
    },
    {
      attack: 'fill it by presenting a used secret again and again',
      catalogue: 'CWE-779',
      stoppedIn: 'apps/gateway/src/flows/access/end-family.ts',
      proof: { file: flood, test: 'who presents a code that was exchanged again and again is kept once' },
      takenOut: { code: 'if (tokens + sessions > 0) deps.record(', replacement: 'deps.record(' },
    },
    {
      attack: 'fill it by allowing a client again and again without signing in',
      catalogue: 'CWE-779',
      stoppedIn: 'apps/gateway/src/flows/oauth/decide-consent.ts',
      proof: { file: flood, test: 'who allows a client without signing in fills nothing, however often' },
      takenOut: {
        code: 'if (!checked.ok) return checked',
        replacement: "if (!checked.ok) return checked; deps.record({ type: 'consent_given', clientId: checked.value.clientId })",
      },
    },
    {
      attack: 'have the operator miss an event while the broker restarts',
      catalogue: 'NIST SP 800-53 AU-6',
      stoppedIn: 'packages/command/src/commands/audit/follow-audit.ts',
      proof: {
        file: 'packages/command/test/audit-command.test.ts',
        test: 'waits for a broker that $how, and misses nothing that happens meanwhile',
      },
      takenOut: { code: '{ ...question, after }', replacement: 'question' },
    },
    {
      attack: 'wash away where one’s client came from, by registering very many others',
      catalogue: 'CWE-779; CWE-778',
      stoppedIn: 'apps/gateway/src/store/libsql/audit-events.ts',
      proof: {
        file: 'apps/gateway/src/store/libsql/audit-events.test.ts',
        test: 'no stranger can wash away how a client came here with which somebody signed in',
      },
      takenOut: { code: 'lte(position, newestBeyond), isNoOrigin(db)', replacement: 'lte(position, newestBeyond)' },
    },
  ],
}
