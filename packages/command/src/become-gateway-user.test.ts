import { execFileSync } from 'node:child_process'
import { err, ok } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import { becomeGatewayUser, type Identity } from './become-gateway-user.ts'

const separated = { FJMCP_BROKER_CHILD_UIDS: '10000-59999' }

test('gives up groups, gid and uid in this order, and keeps new files for their owner alone', () => {
  const { self, calls } = createIdentity({ uid: 0 })
  expect(becomeGatewayUser({ environment: separated, self })).toEqual(ok(undefined))
  expect(calls).toEqual(['umask 63', 'setgroups ', 'setgid 65532', 'setuid 65532'])
})

test('stays who it is without users of their own for the broker’s parts, and where it is not root', () => {
  for (const [environment, uid] of [
    [{}, 0],
    [{ FJMCP_BROKER_CHILD_UIDS: '' }, 0],
    [separated, 65_532],
  ] as const) {
    const { self, calls } = createIdentity({ uid })
    expect(becomeGatewayUser({ environment, self })).toEqual(ok(undefined))
    expect(calls).toEqual(['umask 63'])
  }
})

test('says what the container lacks when the system refuses', () => {
  const { self } = createIdentity({ uid: 0, refusing: 'setgroups' })
  expect(becomeGatewayUser({ environment: separated, self })).toEqual(err(expect.stringMatching(/EPERM.*SETUID and SETGID/)))
})

test('does not believe a change that did not happen', () => {
  for (const ineffective of ['setuid', 'setgid', 'setgroups'] as const) {
    const { self } = createIdentity({ uid: 0, ineffective })
    expect(becomeGatewayUser({ environment: separated, self })).toEqual(err(expect.stringContaining('did not become')))
  }
})

test.runIf(process.getuid?.() === 0)('leaves a real process no way back', () => {
  const script = `
    import { becomeGatewayUser } from '${import.meta.resolve('./become-gateway-user.ts')}'
    import { readFileSync } from 'node:fs'
    if (!becomeGatewayUser({ environment: ${JSON.stringify(separated)}, self: process }).ok) throw new Error('refused')
    console.log(readFileSync('/proc/self/status', 'utf8'))
    try { process.setuid(0); console.log('is root again') } catch { console.log('stays') }`
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
  expect(said).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m)
  expect(said).toMatch(/^Gid:\t65532\t65532\t65532\t65532$/m)
  expect(said).toMatch(/^Groups:\s*$/m)
  expect(said).toMatch(/^CapEff:\t0+$/m)
  expect(said).toMatch(/^Umask:\t0077$/m)
  expect(said).toMatch(/stays\n$/)
})

type Change = 'setgroups' | 'setgid' | 'setuid'

/** A process of root's with a further group, whose system may refuse a change, or say yes and do nothing. */
function createIdentity({
  uid,
  refusing,
  ineffective,
}: {
  readonly uid: number
  readonly refusing?: Change
  readonly ineffective?: Change
}): { readonly self: Identity; readonly calls: readonly string[] } {
  const calls: string[] = []
  const now: { uid: number; gid: number; groups: readonly number[] } = { uid, gid: uid, groups: [4] }
  const change = (name: Change, argument: unknown, apply: () => void): void => {
    calls.push(`${name} ${String(argument)}`)
    if (name === refusing) throw Object.assign(new Error('operation not permitted'), { code: 'EPERM' })
    if (name !== ineffective) apply()
  }
  const self: Identity = {
    getuid: () => now.uid,
    getgroups: () => [now.gid, ...now.groups],
    setgroups: (groups) => change('setgroups', groups, () => (now.groups = groups)),
    setgid: (gid) => change('setgid', gid, () => (now.gid = gid)),
    setuid: (uid) => change('setuid', uid, () => (now.uid = uid)),
    umask: (mask) => calls.push(`umask ${mask}`),
  }
  return { self, calls }
}
