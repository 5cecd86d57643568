import { parseEncryptionKeys } from '@fjmcp-broker/gateway/domain/keys/encryption-keys'
import { createSealer } from '@fjmcp-broker/gateway/store/sealing'
import type { Environment } from '@fjmcp-broker/shared/env'
import { err, ok } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import { rotateKeys } from './rotate-keys.ts'

const day = Date.UTC(2026, 10, 23, 12)
const newBytes = new Uint8Array(32).fill(7)
const former = `former:${new Uint8Array(32).fill(1).toBase64()}`

test('prints the line with the new key first and the former ones behind it, and nothing else on standard output', async () => {
  const { code, printed, complained } = await rotate({ environment: { FJMCP_BROKER_ENCRYPTION_KEYS: former } })
  expect({ code, printed }).toEqual({
    code: 0,
    printed: [`FJMCP_BROKER_ENCRYPTION_KEYS=2026-11-23:${newBytes.toBase64()},${former}`],
  })
  const [{ id }] = (await createSealer([{ name: '2026-11-23', bytes: newBytes }])).keys
  expect(complained).toContain(`The new key "2026-11-23" has the id ${id}.`)
  expect(complained).toContain('take the former line out')
  expect(complained).not.toContain(newBytes.toBase64().slice(0, 8))
})

test('prints what the file is to hold, where the keys come from a file', async () => {
  const environment = { FJMCP_BROKER_ENCRYPTION_KEYS_FILE: '/secrets/keys' }
  const { printed, complained } = await rotate({ environment, file: former })
  expect(printed).toEqual([`2026-11-23:${newBytes.toBase64()},${former}`])
  expect(complained).toContain('FJMCP_BROKER_ENCRYPTION_KEYS_FILE')
})

test('prints a setting that the broker takes', async () => {
  const { printed } = await rotate({ environment: { FJMCP_BROKER_ENCRYPTION_KEYS: former }, name: 'my.key' })
  const value = printed[0]?.replace(/^FJMCP_BROKER_ENCRYPTION_KEYS=/, '') ?? ''
  expect(parseEncryptionKeys(value)).toMatchObject({ ok: true, value: [{ name: 'my.key', bytes: newBytes }, { name: 'former' }] })
})

test('names a second key of one day otherwise', async () => {
  const keys = ['2026-11-23', '2026-11-23.2'].map((name, index) => `${name}:${new Uint8Array(32).fill(index).toBase64()}`).join(',')
  const { printed } = await rotate({ environment: { FJMCP_BROKER_ENCRYPTION_KEYS: keys } })
  expect(printed[0]).toContain('=2026-11-23.3:')
})

test('makes no key where it is not asked to print one, and says how', async () => {
  const { code, printed, made } = await rotate({ prints: false })
  expect({ code, made }).toEqual({ code: 0, made: 0 })
  expect(printed.join('\n')).toContain('keys rotate --print >> ~/.config/fjmcp-broker.env')
})

test('makes no key for a terminal, which would go on showing it', async () => {
  const { code, printed, complained, made } = await rotate({ isTerminal: true })
  expect({ code, printed, made }).toEqual({ code: 64, printed: [], made: 0 })
  expect(complained).toContain('Standard output is a terminal')
})

test.each(['former', 'a b', '', 'n'.repeat(33)])('takes no key by the name %j', async (name) => {
  const { code, printed, made } = await rotate({ environment: { FJMCP_BROKER_ENCRYPTION_KEYS: former }, name })
  expect({ code, printed, made }).toEqual({ code: 64, printed: [], made: 0 })
})

test('refuses keys that are wrong already, without a word of them', async () => {
  const { code, printed, complained } = await rotate({ environment: { FJMCP_BROKER_ENCRYPTION_KEYS: 'secret-without-a-name' } })
  expect({ code, printed }).toEqual({ code: 78, printed: [] })
  expect(complained).toContain('FJMCP_BROKER_ENCRYPTION_KEYS: entry 1: must be name:key')
  expect(complained).not.toContain('secret-without-a-name')
})

test('says it in JSON', async () => {
  const { printed, complained } = await rotate({ json: true })
  expect(complained).toBe('')
  expect(JSON.parse(printed.join('\n'))).toMatchObject({
    ok: true,
    name: '2026-11-23',
    id: expect.stringMatching(/^[0-9a-f]{16}$/),
    setting: 'FJMCP_BROKER_ENCRYPTION_KEYS',
    value: `2026-11-23:${newBytes.toBase64()}`,
  })
})

async function rotate({
  environment = {},
  file,
  name,
  prints = true,
  isTerminal = false,
  json = false,
}: {
  readonly environment?: Environment
  readonly file?: string
  readonly name?: string
  readonly prints?: boolean
  readonly isTerminal?: boolean
  readonly json?: boolean
}) {
  const printed: string[] = []
  const complaints: string[] = []
  let made = 0
  const code = await rotateKeys({
    environment,
    readSecretFile: () => (file === undefined ? err({ reason: 'missing' }) : ok({ text: `${file}\n`, mode: 0o600 })),
    name,
    prints,
    isTerminal,
    json,
    clock: () => day,
    randomBytes: (count) => {
      made += 1
      return newBytes.slice(0, count)
    },
    print: (text) => printed.push(text),
    complain: (text) => complaints.push(text),
  })
  return { code, printed, complained: complaints.join('\n'), made }
}
