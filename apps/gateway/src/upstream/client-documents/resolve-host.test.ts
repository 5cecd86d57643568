import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { createResolveHost } from './resolve-host.ts'

const typeA = 1
const typeAaaa = 28

test('finds the addresses of both families', async () => {
  const resolveHost = createResolveHost([await startServer({ [typeA]: [[93, 184, 216, 34]], [typeAaaa]: [ipv6(0x2606)] })])
  expect(await resolveHost('client.example', neverAborted())).toEqual(['93.184.216.34', '2606::'])
})

test('finds those of one family where the other has none', async () => {
  const resolveHost = createResolveHost([await startServer({ [typeAaaa]: [ipv6(0xfd00)] })])
  expect(await resolveHost('client.example', neverAborted())).toEqual(['fd00::'])
})

test('rejects where there is none', async () => {
  const resolveHost = createResolveHost([await startServer({})])
  await expect(resolveHost('client.example', neverAborted())).rejects.toThrow('ENODATA')
})

test('gives up a server that is silent when it is told to', async () => {
  const asked = Promise.withResolvers<void>()
  const resolveHost = createResolveHost([await startServer('silent', asked.resolve)])
  const abort = new AbortController()
  const resolved = resolveHost('client.example', abort.signal)
  await asked.promise
  abort.abort()
  await expect(resolved).rejects.toThrow('ECANCELLED')
})

test('does not take a name from the file of hosts', async () => {
  const resolveHost = createResolveHost([await startServer({})])
  await expect(resolveHost('localhost', neverAborted())).rejects.toThrow('ENODATA')
})

type Answers = Readonly<Partial<Record<number, readonly (readonly number[])[]>>>

/** A DNS server on loopback that has the same answers for every name; returns its address. */
async function startServer(answers: Answers | 'silent', onAsked: () => void = () => {}): Promise<string> {
  const server = createSocket('udp4')
  server.on('message', (query, { port, address }) => {
    onAsked()
    if (answers !== 'silent') server.send(answer(query, answers), port, address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())))
  return `127.0.0.1:${server.address().port}`
}

/** @see RFC 1035 §4.1 */
function answer(query: Buffer, answers: Answers): Buffer {
  const endOfName = query.indexOf(0, 12) + 1
  const type = query.readUInt16BE(endOfName)
  const records = answers[type] ?? []
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180, 2)
  header.writeUInt16BE(records.length, 6)
  header.writeUInt32BE(0, 8)
  const encoded = records.map((data) => Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, data.length, ...data]))
  return Buffer.concat([header, query.subarray(12, endOfName + 4), ...encoded])
}

function ipv6(first: number): readonly number[] {
  return [first >> 8, first & 0xff, ...Array.from({ length: 14 }, () => 0)]
}

function neverAborted(): AbortSignal {
  return new AbortController().signal
}
