import { readFileSync } from 'node:fs'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { inCheckout } from '@fjmcp-broker/testkit/generated-documents/files'
import { parseMetrics } from '@fjmcp-broker/testkit/parse-metrics'
import { startWholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'

const token = 'a-token-for-prometheus'

test('tells Prometheus of both processes what happened, by tool and never by person', async () => {
  const { whole, scrape } = await start()
  const alice = await whole.connect('alice')
  await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })
  await alice.client.callTool({ name: 'no_such_tool', arguments: {} }).catch(() => undefined)
  const text = await scrape()
  const families = parseMetrics(text)
  const sample = (name: string, labels = '') => families.get(name.replace(/_(?:count|bucket)$/, ''))?.samples.get(name + labels)
  expect(sample('fjmcp_broker_runner_up')).toBe(1)
  expect(sample('fjmcp_broker_sessions')).toBe(1)
  expect(sample('fjmcp_broker_calls_total', '{tool="get_my_user_info",outcome="result"}')).toBe(1)
  expect(sample('fjmcp_broker_call_duration_seconds_count', '{tool="get_my_user_info"}')).toBe(1)
  expect(sample('fjmcp_broker_calls_awaited')).toBe(0)
  expect(sample('fjmcp_broker_upstream_requests_total', '{method="GET",status="2xx"}')).toBeGreaterThan(0)
  expect(sample('fjmcp_broker_children', '{state="ready"}')).toBe(1)
  expect(sample('fjmcp_broker_children_limit')).toBe(40)
  expect(sample('fjmcp_broker_audit_events_total', '{event="user_signed_in"}')).toBe(1)
  expect(sample('fjmcp_broker_http_requests_total', '{route="/mcp",status="2xx"}')).toBeGreaterThan(1)
  for (const secret of ['alice', 'no_such_tool', token, String(alice.transport.sessionId)]) expect(text).not.toContain(secret)

  const names = [...families.keys()].toSorted()
  const documented = [...readFileSync(inCheckout('docs/metrics.md'), 'utf8').matchAll(/^\| `(fjmcp_broker_\w+)` \| (\w+) \|/gm)]
  expect(documented.map(([, name]) => name).toSorted()).toEqual(names)
  expect(documented.filter(([, name = '', type]) => families.get(name)?.type !== type)).toEqual([])

  const dashboard = readFileSync(inCheckout('deploy/grafana/fjmcp-broker.json'), 'utf8')
  const used = new Set([...dashboard.matchAll(/fjmcp_broker_\w+/g)].map(([name]) => name.replace(/_(?:bucket|sum|count)$/, '')))
  expect(used.size).toBeGreaterThan(15)
  expect([...used].filter((name) => !families.has(name))).toEqual([])
})

test('has every counter at 0 before its first event, or no rate of it could be taken', async () => {
  const { scrape } = await start()
  const families = parseMetrics(await scrape())
  const samples = (name: string) => [...(families.get(name)?.samples ?? [])]
  const starting = {
    fjmcp_broker_audit_events_total: '{event="user_signed_in"}',
    fjmcp_broker_credential_refreshes_total: '{outcome="died"}',
    fjmcp_broker_rate_limited_total: '{limit="sign_ins"}',
    fjmcp_broker_http_requests_total: '{route="/mcp",status="5xx"}',
    fjmcp_broker_child_ends_total: '{reason="memory_exceeded"}',
    fjmcp_broker_upstream_requests_total: '{method="POST",status="failed"}',
    fjmcp_broker_gateway_restarts_total: '',
  }
  for (const [name, labels] of Object.entries(starting)) expect(samples(name)).toContainEqual([name + labels, 0])
  // All but those by tool: they come with the first call of the tool.
  const counters = [...families].filter(([name, { type }]) => type === 'counter' && !/_process_/.test(name)).map(([name]) => name)
  expect(counters.toSorted()).toEqual([...Object.keys(starting), 'fjmcp_broker_calls_total'].toSorted())
})

test('tells nothing to who has not the token, and keeps every answer out of caches', async () => {
  const { url } = await start()
  for (const authorization of ['', 'Bearer wrong', `Basic ${token}`, `Bearer ${token}x`]) {
    const response = await fetch(url, { headers: { authorization } })
    expect([response.status, response.headers.get('cache-control'), await response.text()]).toEqual([
      401,
      'no-store',
      'A bearer token is required.\n',
    ])
  }
  const other = await fetch(new URL('/mcp', url), { headers: { authorization: `Bearer ${token}` } })
  expect(other.status).toBe(404)
})

async function start() {
  const listen = `127.0.0.1:${await findFreePort(0)}`
  const url = `http://${listen}/metrics`
  const whole = await startWholeBroker({ environment: { FJMCP_BROKER_METRICS_LISTEN: listen, FJMCP_BROKER_METRICS_TOKEN: token } })
  onTestFinished(() => whole.close())
  return {
    whole,
    url,
    scrape: async () => {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
      return response.text()
    },
  }
}
