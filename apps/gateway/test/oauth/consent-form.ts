import type { Page } from '@fjmcp-broker/testkit/browser'

export const consentUrl = 'https://mcp.example.test/oauth/consent'

/** What the consent page would send if it were approved as it stands: what an attacker knows who has opened it in a browser of their own. */
export function readFields(consent: Page): Record<string, string> {
  const fields = consent.forms[0]?.fields.filter(({ checked }) => checked) ?? []
  return { ...Object.fromEntries(fields.map(({ name, value }) => [name, value])), decision: 'approve' }
}
