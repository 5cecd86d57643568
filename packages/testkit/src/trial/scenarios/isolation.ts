import assert from 'node:assert/strict'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyHostileChild } from '../../children/copy-hostile-child.ts'
import { describeChild, leaveBehind, tryEverything } from '../../children/hostile-client.ts'
import type { BrokerContainer } from '../broker-container.ts'
import type { Trial } from '../trial.ts'

/** A child that tries all that it should not be able to do, in the container as the unit runs it. */
export async function showIsolation(trial: Trial): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-hostile-'))
  try {
    // Whom the container's uids are outside does not matter then.
    await chmod(folder, 0o755)
    await copyHostileChild({ folder, node: '/nodejs/bin/node' })
    const { broker } = await trial.start(await trial.createVolume(), {
      environment: { FJMCP_BROKER_FORGEJO_MCP: '/hostile/hostile.mjs' },
      runArguments: ['--volume', `${folder}:/hostile:ro`],
    })
    await showAttempts(trial, broker)
    await showLeftovers(trial, broker)
    assert.equal(await broker.stop(), 0)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function showAttempts(trial: Trial, broker: BrokerContainer): Promise<void> {
  const [hostile, neighbour] = [await trial.connect('alice'), await trial.connect('bob')]
  const { pid } = await describeChild(neighbour)
  const targets = {
    victims: { 'the runner': await findPid(broker, 'serve'), 'the gateway': await findPid(broker, 'gateway'), 'its neighbour': pid },
    sockets: ['/run/fjmcp-broker/runner.sock', '/run/fjmcp-broker/admin.sock'],
    databaseFolder: '/data',
    gatewayUrl: 'http://127.0.0.1:8080',
    roots: ['/'],
  }
  const attempts = await tryEverything(hostile, targets)
  // With hidepid the processes of others are not even there.
  const isHeld = ({ attempt, outcome }: (typeof attempts)[number]): boolean =>
    /^(refused|public) /.test(outcome) ||
    (outcome === 'nothing there (ENOENT)' && Object.keys(targets.victims).some((victim) => attempt.includes(victim)))
  assert.deepEqual(
    attempts.filter((attempt) => !isHeld(attempt)),
    [],
  )
  trial.saw(`a hostile child tried ${attempts.length} things, none succeeded:\n${summarize(attempts)}`)
}

async function showLeftovers(trial: Trial, broker: BrokerContainer): Promise<void> {
  const hostile = await trial.connect('alice')
  const { uid } = await describeChild(hostile)
  const left = await leaveBehind(hostile, ['/'])
  assert.deepEqual(left.files, [])
  assert.ok(left.pids.length > 0)
  await hostile.transport.terminateSession()
  let count = left.pids.length
  for (let round = 0; count > 0 && round < 50; round += 1) count = await countProcesses(broker, uid)
  assert.equal(count, 0)
  trial.saw(`the ${left.pids.length} processes that it left behind in sessions of their own are gone with it; it could leave no file`)
}

function summarize(attempts: Awaited<ReturnType<typeof tryEverything>>): string {
  const counts = new Map<string, number>()
  for (const { outcome } of attempts) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  return [...counts].map(([outcome, count]) => `         ${String(count).padStart(4)}  ${outcome}`).join('\n')
}

/** The pid, in the container, of the broker's process with that subcommand. */
async function findPid(broker: BrokerContainer, subcommand: string): Promise<number> {
  const find = `fs.readdirSync('/proc').filter(Number).find((pid) => { try {
    const [program, ...args] = fs.readFileSync('/proc/' + pid + '/cmdline', 'utf8').split('\\0')
    return program === '/nodejs/bin/node' && args.join(' ').trim().endsWith('fjmcp-broker ${subcommand}') } catch { return false } })`
  const pid = Number(await broker.evaluate(find))
  assert.ok(pid > 0, `no process of the broker is ${subcommand}`)
  return pid
}

async function countProcesses(broker: BrokerContainer, uid: number): Promise<number> {
  const count = `fs.readdirSync('/proc').filter(Number).filter((pid) => { try {
    return fs.statSync('/proc/' + pid).uid === ${uid} } catch { return false } }).length`
  return Number(await broker.evaluate(count))
}
