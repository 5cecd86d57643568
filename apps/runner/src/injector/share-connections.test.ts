import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { shareConnections } from './share-connections.ts'

const [bob, alice, carol] = [1_002, 1_003, 1_004]

test('closes what one uid has beyond its share, and leaves the others theirs and their room', async () => {
  const { open } = await serve({ share: 2, maxConnections: 8 })
  const bobs = [await open(bob), await open(bob)]
  const alices = [await open(alice), await open(alice), await open(alice), await open(alice)]
  const carols = [await open(carol), await open(carol)]
  // Sooner or later: she is found out when there are many.
  for (const socket of alices.slice(2)) if (!socket.closed) await once(socket, 'close')
  expect([...bobs, ...alices.slice(0, 2), ...carols].map(({ closed }) => closed)).toEqual([false, false, false, false, false, false])
})

test('asks whose the connections are only where there are many, and not at each further one', async () => {
  const { open, looks } = await serve({ share: 3, maxConnections: 20 })
  for (let uid = 1_001; uid <= 1_006; uid += 1) await open(uid)
  expect(looks()).toBe(0)
  for (let uid = 1_007; uid <= 1_010; uid += 1) await open(uid)
  expect(looks()).toBe(1)
})

/** A server to which each uid has an address of its own on loopback. */
async function serve({ share, maxConnections }: { readonly share: number; readonly maxConnections: number }) {
  const accepted: Socket[] = []
  let looks = 0
  const server = createServer().on('connection', (socket) => accepted.push(socket))
  server.maxConnections = maxConnections
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  shareConnections(server, {
    share,
    port,
    readOwners() {
      looks += 1
      return new Map(
        accepted.map(({ remoteAddress = '', remotePort }) => [
          `${remoteAddress}:${remotePort}`,
          1_000 + Number(remoteAddress.split('.').at(-1)),
        ]),
      )
    },
  })
  return {
    looks: () => looks,
    /** Settles when the server has it. */
    open: async (uid: number): Promise<Socket> => {
      const arrived = once(server, 'connection')
      const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${uid - 1_000}` }).resume()
      socket.on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      await arrived
      return socket
    },
  }
}
