import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { readSocketOwners } from './socket-owners.ts'

it.each(['127.0.0.1', '::ffff:127.0.0.1'])('tells whose a connection to %s is, as its server sees it', async (host) => {
  const server = createServer()
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ host, port, localAddress: host.replace('127.0.0.1', '127.0.0.2') })
  onTestFinished(() => void client.destroy())
  const [accepted] = await once(server, 'connection')
  expect(readSocketOwners(port).get(`127.0.0.2:${accepted.remotePort}`)).toBe(process.getuid?.())
})
