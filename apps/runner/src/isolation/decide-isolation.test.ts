import { expect, it } from 'vitest'
import { decideIsolation } from './decide-isolation.ts'
import type { Privileges } from './privileges.ts'

const childUids = { first: 10_000, last: 59_999 }
const everybody = '         0          0 4294967295\n'
/** Root of a container that may use nothing but KILL, SETGID and SETUID. */
const able: Privileges = { uid: 0, status: statusWith('00000000000000e0'), uidMap: everybody, gidMap: everybody }

it('keeps the children apart by uids where it can', () => {
  expect(decideIsolation(childUids, able)).toEqual({ ok: true, value: { kind: 'uid', childUids } })
})

it('does not where nobody asks for it, whatever it could', () => {
  expect(decideIsolation(undefined, able)).toEqual({ ok: true, value: { kind: 'none', warning: undefined } })
})

it('does not, and says why, where it is not root', () => {
  const decided = decideIsolation(childUids, { ...able, uid: 65_532 })
  expect(decided).toEqual({ ok: true, value: { kind: 'none', warning: expect.stringMatching(/only root .* runs as uid 65532/) } })
})

it.each([
  ['KILL', '00000000000000c0'],
  ['SETGID', '00000000000000a0'],
  ['SETUID', '0000000000000060'],
])('names the capability %s where it is missing, and how to get it', (name, effective) => {
  const decided = decideIsolation(childUids, { ...able, status: statusWith(effective) })
  expect(decided).toEqual({ ok: false, error: expect.stringContaining(`the capability ${name}.`) })
  expect(decided).toEqual({ ok: false, error: expect.stringContaining(`--cap-add=${name.toLowerCase()} `) })
})

it('names all capabilities that are missing at once', () => {
  const decided = decideIsolation(childUids, { ...able, status: statusWith('0000000000000000') })
  expect(decided).toEqual({ ok: false, error: expect.stringContaining('--cap-add=kill,setgid,setuid ') })
})

it('takes several lines of a map together', () => {
  const uidMap = '     20000     120000      45537\n         0       1000          1\n         1     100000      19999\n'
  expect(decideIsolation(childUids, { ...able, uidMap })).toMatchObject({ ok: true })
})

it.each([
  ['a gap in the map', '0 100000 30000\n30001 130001 40000\n', /not all uids from 10000 to 59999 .* 0-29999, 30001-70000\./],
  ['a map without the gateway', '0 100000 65000\n', /the uid 65532 of the gateway does not exist/],
  ['a map of root alone', '0 1000 1\n', /0-0\..*\/etc\/subuid/],
  ['no map', '', /\(none\)/],
])('names what is not mapped: %s', (_, uidMap, message) => {
  expect(decideIsolation(childUids, { ...able, uidMap })).toEqual({ ok: false, error: expect.stringMatching(message) })
})

it('looks at the groups as well', () => {
  const decided = decideIsolation(childUids, { ...able, gidMap: '0 100000 40000\n65532 165532 1\n' })
  expect(decided).toEqual({ ok: false, error: expect.stringContaining('not all gids from 10000 to 59999') })
})

it('says so where there is no /proc', () => {
  expect(decideIsolation(childUids, { ...able, status: '' })).toEqual({ ok: false, error: expect.stringContaining('/proc cannot be read') })
})

function statusWith(effective: string): string {
  return `Name:\tnode\nUid:\t0\t0\t0\t0\nCapPrm:\t000001ffffffffff\nCapEff:\t${effective}\nCapBnd:\t000001ffffffffff\n`
}
