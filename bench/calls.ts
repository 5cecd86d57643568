import { mkdirSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { startWholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { type Measurement, measure } from './measure.ts'
import { openRawSession } from './raw-session.ts'

// Measures the way of a call through the whole broker: load generator, broker, children and fake Forgejo share this machine's cores, so
// figures compare with others of the same run only.
const named = process.env['FJMCP_BROKER_FORGEJO_MCP']
const child = named === undefined || named === '' ? undefined : resolve(named)
const whole = await startWholeBroker({
  environment: { FJMCP_BROKER_MAX_CHILDREN: '64', ...(child === undefined ? {} : { FJMCP_BROKER_FORGEJO_MCP: child }) },
})
try {
  const signedIn = await whole.connect('alice')
  const { publicUrl } = whole
  progress(`child program: ${child ?? 'the testkit’s (set FJMCP_BROKER_FORGEJO_MCP for the real one)'}`)
  progress('opening 50 sessions …')
  const sessions = await Promise.all(Array.from({ length: 50 }, () => openRawSession({ publicUrl, signedIn })))
  await Promise.all(sessions.map((session) => session.call('get_my_user_info')))

  const act = async (client: number): Promise<void> => sessions[client]?.call('get_my_user_info')
  progress('one client …')
  const one = await measure({ name: 'one client', clients: 1, calls: 1000, warmUp: 200, act })
  progress('50 clients …')
  const fifty = await measure({ name: '50 clients', clients: 50, calls: 10_000, warmUp: 1000, act })
  report([one, fifty])
  await Promise.all(sessions.map((session) => session.close()))
  await signedIn.client.close()
} finally {
  await whole.close()
}

function report(measurements: readonly Measurement[]): void {
  const rows = measurements.map(({ name, calls, callsPerSecond, p50Ms, p99Ms }) =>
    [
      name.padEnd(12),
      String(calls).padStart(7),
      callsPerSecond.toFixed(0).padStart(9),
      p50Ms.toFixed(2).padStart(8),
      p99Ms.toFixed(2).padStart(8),
    ].join(' '),
  )
  process.stdout.write(`\n${'series'.padEnd(12)}   calls   calls/s   p50 ms   p99 ms\n${rows.join('\n')}\n`)
  const folder = new URL('./results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const at = new Date().toISOString()
  writeFileSync(
    new URL(`calls-${at.replaceAll(':', '-')}.json`, folder),
    JSON.stringify({ at, child: child ?? null, measurements }, null, 2),
  )
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}
