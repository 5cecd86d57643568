import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWholeBroker, type WholeBroker } from '@fjmcp-broker/testkit/whole-broker'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { runProgram } from '../src/program.ts'

const report = z.looseObject({
  ok: z.boolean(),
  keys: z.array(z.looseObject({ name: z.string(), id: z.string(), rows: z.number(), isRemovable: z.boolean() })),
  missing: z.array(z.looseObject({ keyId: z.string(), rows: z.number() })),
})

test('a key is changed for another, taken out when nothing needs it, and missed when it is', async () => {
  const file = makeKeyFile(`first:${new Uint8Array(32).fill(1).toBase64()}`)
  const whole = await startWholeBroker({ environment: { FJMCP_BROKER_ENCRYPTION_KEYS_FILE: file } })
  onTestFinished(() => whole.close())
  const alice = await whole.connect('alice')
  const namesOfTools = async () => (await alice.client.listTools()).tools.map(({ name }) => name)
  const tools = await namesOfTools()
  const [first] = (await list(whole)).keys
  expect(first).toMatchObject({ name: 'first', use: 'encrypts', rows: 1 })

  const rotated = await call(whole, ['keys', 'rotate', '--print', '--name', 'second'])
  expect(rotated.printed).toMatch(/^second:[\w+/]{43}=,first:[\w+/]{43}=$/)
  expect(rotated.complaints).not.toContain(rotated.printed.slice(7, 20))
  writeFileSync(file, rotated.printed)
  await restart(whole)
  await whole.broker().logged('credentials_resealed')
  const done = await call(whole, ['keys', 're-encrypt'])
  expect(done).toMatchObject({ code: 0, printed: expect.stringContaining(`first (${first?.id}) in FJMCP_BROKER_ENCRYPTION_KEYS`) })
  expect(await list(whole)).toMatchObject({ ok: true, source: 'broker', keys: [{ name: 'second', rows: 1 }, { isRemovable: true }, {}] })

  writeFileSync(file, rotated.printed.split(',')[0] ?? '')
  await restart(whole)
  expect(await namesOfTools()).toEqual(tools)
  expect((await alice.client.callTool({ name: 'get_my_user_info', arguments: {} })).isError).not.toBe(true)

  await whole.broker().stop()
  writeFileSync(file, rotated.printed.split(',')[1] ?? '')
  expect(await list(whole)).toMatchObject({
    ok: false,
    source: 'settings',
    keys: [{ name: 'first', rows: 0 }, {}],
    missing: [{ rows: 1, name: 'second' }],
  })
  expect((await call(whole, ['keys', 'list'])).printed).toMatch(/^second +[0-9a-f]{16} +MISSING +1 /m)
})

function makeKeyFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'fjmcp-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'keys')
  writeFileSync(file, `${content}\n`, { mode: 0o600 })
  return file
}

async function restart(whole: WholeBroker): Promise<void> {
  expect(await whole.broker().stop()).toBe(0)
  await whole.restart()
}

async function list(whole: WholeBroker) {
  const { code, printed, complaints } = await call(whole, ['keys', 'list', '--json'])
  expect(complaints).toBe('')
  expect(printed).not.toContain('message')
  const listed = report.parse(JSON.parse(printed))
  expect(code).toBe(listed.ok ? 0 : 1)
  return listed
}

async function call({ environment, folder }: WholeBroker, args: readonly string[]) {
  const printed: string[] = []
  const complaints: string[] = []
  const code = await runProgram({
    args,
    self: [process.execPath, 'fjmcp-broker'],
    environment: {
      ...environment,
      FJMCP_BROKER_ADMIN_SOCKET: join(folder, 'data/run/admin.sock'),
      FJMCP_BROKER_DATABASE_URL: `file:${folder}/data/broker.db`,
    },
    aboutFile: new URL('none', import.meta.url),
    clock: Date.now,
    print: (line) => printed.push(line),
    complain: (line) => complaints.push(line),
  })
  return { code, printed: printed.join('\n'), complaints: complaints.join('\n') }
}
