import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { reencryptKeys } from './re-encrypt.ts'

const keys = [
  { id: '1111', name: 'new', use: 'encrypts', rows: 200, isRemovable: false },
  { id: '2222', name: 'former', use: 'opens', rows: 0, isRemovable: true },
  { id: '3333', name: 'previous client secret', use: 'opens', rows: 0, isRemovable: true },
  { id: '4444', name: 'client secret', use: 'opens', rows: 0, isRemovable: false },
]
const done = { total: 200, checked: 200, resealed: 150, damaged: 0, isComplete: true, keys, missing: [] }

test('tells how far it is at every twentieth part, and which settings may be changed in the end', async () => {
  const parts = Array.from({ length: 200 }, (_, index) => ({ progress: { total: 200, checked: index + 1, resealed: index, damaged: 0 } }))
  const { code, printed } = await run([...parts, { done }])
  expect(code).toBe(0)
  expect(printed.filter((line) => line.includes('looked at'))).toHaveLength(20)
  expect(printed[0]).toBe('10 of 200 looked at, 9 re-encrypted')
  const end = printed.at(-1)
  expect(end).toContain('encrypted with "new" (1111): 200 sign-ins, 150 re-encrypted now')
  expect(end).toContain('former (2222) in FJMCP_BROKER_ENCRYPTION_KEYS')
  expect(end).toContain('previous client secret (3333) in FORGEJO_OAUTH_CLIENT_SECRET_PREVIOUS')
  expect(end).not.toContain('4444')
})

test('says it in JSON, a line for each part', async () => {
  const progress = { total: 200, checked: 200, resealed: 150, damaged: 0 }
  const { code, printed } = await run([{ progress }, { done }], { json: true })
  expect(code).toBe(0)
  expect(printed.map((line): unknown => JSON.parse(line))).toEqual([progress, { ok: true, ...done }])
})

test.each([
  { what: 'some credentials open with no key', end: { ...done, damaged: 2 }, code: 0, words: '2 did not open with any key' },
  {
    what: 'a key is missing',
    end: { ...done, missing: [{ keyId: '9999', rows: 3 }] },
    code: 1,
    words: '3 sign-ins cannot be opened without the key 9999, which is not loaded',
  },
  {
    what: 'a key is missing whose name is known',
    end: { ...done, missing: [{ keyId: '9999', rows: 1, name: 'former' }] },
    code: 1,
    words: '1 sign-in cannot be opened without the key "former" (9999), which is not loaded',
  },
  { what: 'the broker stops', end: { ...done, isComplete: false }, code: 1, words: 'The broker is stopping' },
])('says so when $what', async ({ end, code, words }) => {
  const answered = await run([{ done: end }])
  expect(answered.code).toBe(code)
  expect(answered.printed.join('\n')).toContain(words)
})

test('says why the broker failed', async () => {
  const { code, complaints } = await run([{ failed: { reason: 'store_failed', message: 'The database\u001B[2J failed: SQLITE_FULL' } }])
  expect({ code, complaints }).toEqual({ code: 1, complaints: ['The database [2J failed: SQLITE_FULL'] })
})

test('says that it was interrupted, and that it may be called again', async () => {
  const stop = new AbortController()
  const progress = { total: 200, checked: 100, resealed: 100, damaged: 0 }
  const { code, complaints } = await run([{ progress }], { stop, onPrint: () => stop.abort(), keepsOpen: true })
  expect(code).toBe(1)
  expect(complaints.join('\n')).toContain('Run it again')
})

async function run(
  lines: readonly object[],
  {
    json = false,
    stop = new AbortController(),
    onPrint = () => {},
    keepsOpen = false,
  }: { readonly json?: boolean; readonly stop?: AbortController; readonly onPrint?: () => void; readonly keepsOpen?: boolean } = {},
) {
  const printed: string[] = []
  const complaints: string[] = []
  const path = await serve((response) => {
    for (const line of lines) response.write(`${JSON.stringify(line)}\n`)
    if (!keepsOpen) response.end()
  })
  const code = await reencryptKeys({
    environment: { FJMCP_BROKER_ADMIN_SOCKET: path },
    stopping: stop.signal,
    json,
    print: (text) => {
      printed.push(text)
      onPrint()
    },
    complain: (text) => complaints.push(text),
  })
  return { code, printed, complaints }
}

/** Answers on a socket as a broker would; returns its path. */
async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fjmcp-keys-'))
  const path = join(folder, 'admin.sock')
  const server = createServer((_, response) => answer(response)).listen(path)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return path
}
