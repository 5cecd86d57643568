import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, test } from 'vitest'
import { createGatewayMetrics } from '../metrics/gateway-metrics.ts'
import { createRunnerMetricsReader } from '../runner/read-runner-metrics.ts'
import { collectMetrics } from './collect-metrics.ts'

test('says that the runner is not up where it does not answer, and all that the gateway knows', async () => {
  const logged: unknown[] = []
  const log = { ...silentLog, warn: (event: string, fields?: object) => logged.push({ event, ...fields }) }
  const text = await collectMetrics({
    store: { sessions: { count: () => Promise.resolve(3) } },
    metrics: createGatewayMetrics({ version: '1.0.0' }),
    readRunnerMetrics: createRunnerMetricsReader({ socketPath: '/nowhere/runner.sock', log }),
    log,
  })
  expect(text).toContain('\nfjmcp_broker_runner_up 0\n')
  expect(text).toContain('\nfjmcp_broker_sessions 3\n')
  expect(logged).toEqual([expect.objectContaining({ event: 'metrics_incomplete', part: 'runner' })])
})

test('leaves out how many sessions there are where the store does not say', async () => {
  const logged: unknown[] = []
  const log = { ...silentLog, warn: (event: string, fields?: object) => logged.push({ event, ...fields }) }
  const text = await collectMetrics({
    store: { sessions: { count: () => Promise.reject(new Error('the disk is gone')) } },
    metrics: createGatewayMetrics({ version: '1.0.0' }),
    readRunnerMetrics: () => Promise.resolve('of_the_runner 1\n'),
    log,
  })
  expect(text).toContain('\nfjmcp_broker_runner_up 1\n')
  expect(text).toContain('of_the_runner 1\n')
  expect(text).not.toMatch(/^fjmcp_broker_sessions /m)
  expect(logged).toEqual([expect.objectContaining({ event: 'metrics_incomplete', part: 'sessions' })])
})
