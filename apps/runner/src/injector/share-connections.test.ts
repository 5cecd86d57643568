import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { shareConnections } from './share-connections.ts'

const [bob, alice, carol] = [1_002, 1_003, 1_004]

/** Of whose connections the system says nothing. */
const nobody = 1_200

test('closes what one uid has beyond its share, and leaves the others theirs and their room', async () => {
  const { open, isOpen } = await serve({ share: 2, maxConnections: 8 })
  for (const uid of [bob, bob, alice, alice, alice, alice, carol, carol]) await open(uid)
  expect(isOpen()).toEqual([true, true, true, true, false, false, true, true])
})

test('closes none of which it is not known whose they are', async () => {
  const { open, isOpen } = await serve({ share: 2, maxConnections: 8 })
  for (const uid of [nobody, nobody, nobody, nobody, nobody, bob]) await open(uid)
  expect(isOpen()).toEqual([true, true, true, true, true, true])
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
        accepted
          .filter((socket) => uidOf(socket) !== nobody)
          .map((socket) => [`${socket.remoteAddress}:${socket.remotePort}`, uidOf(socket)]),
      )
    },
  })
  return {
    looks: () => looks,
    /** Of all that were opened, in their order, which ones the server has still. */
    isOpen: () => accepted.map(({ destroyed }) => !destroyed),
    /** Settles when the server has it, and has closed what it closes for it. */
    open: async (uid: number): Promise<void> => {
      const arrived = once(server, 'connection')
      const socket = connect({ host: '127.0.0.1', port, localAddress: `127.0.0.${uid - 1_000}` }).resume()
      socket.on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      await arrived
    },
  }
}

function uidOf({ remoteAddress = '' }: Socket): number {
  return 1_000 + Number(remoteAddress.split('.').at(-1))
}
