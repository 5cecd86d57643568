import { expect, it } from 'vitest'
import { checkGatewaySettings, parseGatewaySettings } from './config.ts'

const required = {
  FJMCP_BROKER_PUBLIC_URL: 'https://mcp.example.org',
  FORGEJO_URL: 'https://git.example.org',
  FORGEJO_OAUTH_CLIENT_ID: 'broker',
  FORGEJO_OAUTH_CLIENT_SECRET: 'secret',
}

const sameSocket = 'another path than that of FJMCP_BROKER_RUNNER_SOCKET'
const noSocketThere = 'a path outside /proc and /sys'
const noFileThere = 'a file outside /proc and /sys'

it.each([
  [{ FJMCP_BROKER_ADMIN_SOCKET: './data/run/runner.sock' }, sameSocket],
  [{ FJMCP_BROKER_ADMIN_SOCKET: 'data/x/../run.sock', FJMCP_BROKER_RUNNER_SOCKET: 'data/run.sock' }, sameSocket],
  [{ FJMCP_BROKER_ADMIN_SOCKET: '/proc/run/admin.sock' }, noSocketThere],
  [{ FJMCP_BROKER_ADMIN_SOCKET: '/run/../sys/admin.sock' }, noSocketThere],
  [{ FJMCP_BROKER_DATABASE_URL: 'file:/proc/data/broker.db' }, noFileThere],
  [{ FJMCP_BROKER_DATABASE_URL: 'file:///sys/data/broker.db' }, noFileThere],
])('refuses %j', (environment, expected) => {
  const [name] = Object.keys(environment)
  expect(parseGatewaySettings({ ...required, ...environment })).toEqual({ ok: false, error: [{ name, expected }] })
  expect(checkGatewaySettings({ ...required, ...environment })).toEqual([{ name, expected }])
})

it.each([
  { FJMCP_BROKER_ADMIN_SOCKET: '/process/admin.sock' },
  { FJMCP_BROKER_ADMIN_SOCKET: './proc/admin.sock', FJMCP_BROKER_DATABASE_URL: 'file:./sys/broker.db' },
])('accepts %j', (environment) => {
  expect(parseGatewaySettings({ ...required, ...environment }).ok).toBe(true)
  expect(checkGatewaySettings({ ...required, ...environment })).toEqual([])
})

it.each([
  [{ FJMCP_BROKER_METRICS_LISTEN: '127.0.0.1:9464' }, 'FJMCP_BROKER_METRICS_TOKEN', 'FJMCP_BROKER_METRICS_LISTEN'],
  [{ FJMCP_BROKER_METRICS_TOKEN: 'sixteen-or-more-x' }, 'FJMCP_BROKER_METRICS_LISTEN', 'FJMCP_BROKER_METRICS_TOKEN'],
  [{ FJMCP_BROKER_METRICS_LISTEN: '127.0.0.1:9464', FJMCP_BROKER_METRICS_TOKEN: 'fifteen-letters' }, 'FJMCP_BROKER_METRICS_TOKEN', '16'],
])('refuses metrics that are half set or easily guessed: %j', (environment, name, expected) => {
  expect(parseGatewaySettings({ ...required, ...environment })).toEqual({
    ok: false,
    error: [{ name, expected: expect.stringContaining(expected) }],
  })
})
