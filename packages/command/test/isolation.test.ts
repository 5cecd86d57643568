import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { decideIsolation } from '@fjmcp-broker/runner/isolation/decide-isolation'
import { readPrivileges } from '@fjmcp-broker/runner/isolation/privileges'
import { type BrokerProcess, startBrokerProcess } from '@fjmcp-broker/testkit/broker-process'
import { describeChild, leaveBehind, tryEverything } from '@fjmcp-broker/testkit/children/hostile-client'
import { createPortThief } from '@fjmcp-broker/testkit/children/port-thief'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { type InstalledBroker, installBroker } from '@fjmcp-broker/testkit/installed-broker'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'

const childUids = { first: 30_000, last: 30_099 }
const decided = decideIsolation(childUids, readPrivileges())
const asGateway: Starter = ['/usr/bin/setpriv', '--reuid=65532', '--regid=65532', '--clear-groups']
const canIsolate = decided.ok && decided.value.kind === 'uid'

describe.skipIf(!canIsolate)('with a uid for each child (skipped without root and the capabilities SETUID, SETGID, KILL)', () => {
  let installed: InstalledBroker
  beforeAll(async () => {
    installed = await installBroker()
  })
  afterAll(() => installed.remove())

  it('each process runs as who it is to be, in no other group, and a child has nothing of the runner', async () => {
    const whole = await start({ environment: startedWhenNeeded })
    const alice = await describeChild(await whole.connect('alice'))
    const bob = await describeChild(await whole.connect('bob'))
    const { uid } = alice
    expect(alice).toMatchObject({
      gid: uid,
      groups: [uid],
      umask: 0o077,
      folder: '/',
      capabilities: '0000000000000000',
      files: ['0', '1', '2'],
    })
    expect(bob.uid).toBe(uidAfter(uid))
    expect(uidsOf(await gatewayPid(whole))).toEqual([65_532, 65_532, 65_532, 65_532])
    expect(await (await fetch(`${whole.publicUrl}/healthz`)).json()).toMatchObject({ isolation: 'uid' })
  })

  it('the gateway’s files are for itself alone, and the sockets for it and the runner', async () => {
    await start()
    expect(modesIn(installed.dataFolder)).toEqual(new Set(['65532:65532 600']))
    expect(ownerAndMode(installed.socketFolder)).toBe('0:65532 1770')
    expect(ownerAndMode(join(installed.socketFolder, 'runner.sock'))).toBe('0:65532 660')
    expect(ownerAndMode(join(installed.socketFolder, 'admin.sock'))).toBe('65532:65532 600')
    expect(ownerAndMode(join(installed.socketFolder, 'children.json'))).toBe('0:0 600')
  })

  it('a hostile child is refused all that it tries, and nobody notices', async () => {
    const whole = await start()
    const [hostile, neighbour] = [await whole.connect('alice'), await whole.connect('bob')]
    const victim = await describeChild(neighbour)
    const targets = {
      victims: { 'the gateway': await gatewayPid(whole), 'the runner': whole.broker().pid, 'its neighbour': victim.pid },
      sockets: ['runner.sock', 'admin.sock'].map((name) => join(installed.socketFolder, name)),
      databaseFolder: installed.dataFolder,
      gatewayUrl: whole.publicUrl,
      roots: [installed.folder, whole.folder],
    }
    const attempts = await tryEverything(hostile, targets)
    expect(attempts.filter(({ outcome }) => !/^(refused|public) /.test(outcome))).toEqual([])
    expect(attempts.length).toBeGreaterThan(80)
    expect(JSON.stringify(attempts)).not.toContain(whole.environment['FORGEJO_OAUTH_CLIENT_SECRET'])
    expect(await describeChild(neighbour)).toEqual(victim)
  })

  it('a program that goes for the public port as soon as it is run finds the gateway there', async () => {
    const port = await findFreePort(0)
    const thief = await createPortThief({ folder: installed.folder, node: installed.command[0], port })
    const whole = await start({ environment: { FJMCP_BROKER_LISTEN: `127.0.0.1:${port}`, FJMCP_BROKER_FORGEJO_MCP: thief } })
    expect(await whole.broker().logged('child_program_found')).toMatchObject({ name: 'port-thief', version: 'EADDRINUSE' })
  })

  it('nothing is left of a child that ended, though it left its session and nobody is its parent, and its uid is not the next one’s', async () => {
    const whole = await start({ environment: startedWhenNeeded })
    const alice = await whole.connect('alice')
    const { uid } = await describeChild(alice)
    const left = await leaveBehind(alice, [installed.folder])
    expect(left.files).toEqual([])
    expect(processesOf(uid)).toEqual(expect.arrayContaining(left.pids))
    await alice.transport.terminateSession()
    await expect.poll(() => processesOf(uid), patience).toEqual([])
    expect((await describeChild(await whole.connect('bob'))).uid).toBe(uidAfter(uid))
  })

  it('nothing is left of any child when the broker has stopped', async () => {
    const whole = await start()
    const alice = await whole.connect('alice')
    const { uid } = await describeChild(alice)
    await leaveBehind(alice, [])
    expect(await whole.broker().stop()).toBe(0)
    expect(processesOf(uid)).toEqual([])
  })

  it('a uid that an earlier runner’s child still has goes to nobody', async () => {
    const whole = await start()
    const alice = await whole.connect('alice')
    const { uid } = await describeChild(alice)
    const { pids } = await leaveBehind(alice, [])
    onTestFinished(() => pids.forEach((pid) => process.kill(pid, 'SIGKILL')))
    whole.broker().kill()
    await whole.restart()
    expect(processesOf(uid)).toEqual(expect.arrayContaining(pids))
    expect((await describeChild(await whole.connect('bob'))).uid).not.toBe(uid)
  })

  it.runIf(canStartBy(asGateway))('goes on without, and says why, where it is not root', async () => {
    const run = join(installed.dataFolder, 'run')
    const broker = startInstalled({
      starter: asGateway,
      environment: { FJMCP_BROKER_RUNNER_SOCKET: join(run, 'runner.sock'), FJMCP_BROKER_ADMIN_SOCKET: join(run, 'admin.sock') },
    })
    await broker.logged('gateway_listening')
    expect(broker.log.slice(0, 2)).toMatchObject([
      { event: 'isolation_off', reason: expect.stringContaining('only root') },
      { event: 'runner_started', isolation: 'none' },
    ])
    expect(await broker.stop()).toBe(0)
  })

  it.each(
    [
      { lacking: 'the capability KILL', starter: ['/usr/bin/setpriv', '--bounding-set=-kill'], remedy: '--cap-add=kill ' },
      { lacking: 'the gateway’s uid', starter: ['/usr/bin/unshare', '--user', '--map-root-user'], remedy: '/etc/subuid' },
    ].filter(({ starter }) => canStartBy(starter)),
  )('ends with 78 and names the remedy where it lacks $lacking', async ({ starter, remedy }) => {
    const broker = startInstalled({ starter })
    expect(await broker.exited).toBe(78)
    expect(broker.complaints()).toMatch(/^fjmcp-broker cannot start: FJMCP_BROKER_CHILD_UIDS: .*\n$/)
    expect(broker.complaints()).toContain(remedy)
    expect(existsSync(installed.socketFolder)).toBe(false)
  })

  /** Starts the installed broker, with nothing of what an earlier one left. */
  async function start(options: Parameters<typeof startWholeBroker>[0] = {}): Promise<WholeBroker> {
    const whole = await startWholeBroker({
      command: installed.command,
      ...options,
      environment: { ...environment(), ...options.environment },
    })
    onTestFinished(async () => {
      await whole.close()
      await installed.empty()
    })
    return whole
  }

  /** Starts it by another program, as far as it gets without Forgejo. */
  function startInstalled({
    starter,
    environment: more = {},
  }: {
    readonly starter: Starter
    readonly environment?: Readonly<Record<string, string>>
  }): BrokerProcess {
    const [program = '', ...args] = starter
    const command = [program, ...args, ...installed.command] as const
    const broker = startBrokerProcess({ command, environment: { ...required, ...environment(), ...more }, folder: installed.folder })
    onTestFinished(async () => {
      await broker.stop()
      await installed.empty()
    })
    return broker
  }

  function environment(): Readonly<Record<string, string>> {
    return {
      FJMCP_BROKER_CHILD_UIDS: `${childUids.first}-${childUids.last}`,
      FJMCP_BROKER_DATABASE_URL: `file:${join(installed.dataFolder, 'broker.db')}`,
      FJMCP_BROKER_RUNNER_SOCKET: join(installed.socketFolder, 'runner.sock'),
      FJMCP_BROKER_ADMIN_SOCKET: join(installed.socketFolder, 'admin.sock'),
      FJMCP_BROKER_FORGEJO_MCP: installed.hostileChild,
    }
  }
})

/** A program of util-linux, and its arguments, that starts another in a place with less. */
type Starter = readonly string[]

/** Whether it is there, and allowed here. */
function canStartBy([program = '', ...args]: Starter): boolean {
  return canIsolate && spawnSync(program, [...args, 'true']).status === 0
}

const required = {
  FJMCP_BROKER_PUBLIC_URL: 'http://127.0.0.1:1',
  FJMCP_BROKER_LISTEN: '127.0.0.1:0',
  FORGEJO_URL: 'http://127.0.0.1:1',
  FORGEJO_OAUTH_CLIENT_ID: 'broker',
  FORGEJO_OAUTH_CLIENT_SECRET: 'secret',
}

/** Of two children that come up side by side, the one with the later uid may be the first that is ready. */
const startedWhenNeeded = { FJMCP_BROKER_POOL_SIZE: '0' }

/** The round of uids begins anywhere and goes on at the beginning of the range. */
function uidAfter(uid: number): number {
  return uid === childUids.last ? childUids.first : uid + 1
}

/** Nothing announces the end of a process that is not our child. */
const patience = { timeout: 15_000, interval: 20 }

async function gatewayPid(whole: WholeBroker): Promise<number> {
  return Number((await whole.broker().logged('gateway_listening'))['pid'])
}

/** The processes with this uid among their four that are not dead. */
function processesOf(uid: number): readonly number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && uidsOf(pid).includes(uid))
}

function uidsOf(pid: number): readonly number[] {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return /^State:\tZ/m.test(status) ? [] : (/^Uid:\t(.*)$/m.exec(status)?.[1] ?? '').split('\t').map(Number)
  } catch {
    return []
  }
}

function modesIn(folder: string): ReadonlySet<string> {
  return new Set(readdirSync(folder).map((name) => ownerAndMode(join(folder, name))))
}

function ownerAndMode(path: string): string {
  const { uid, gid, mode } = statSync(path)
  return `${uid}:${gid} ${(mode & 0o7777).toString(8)}`
}
