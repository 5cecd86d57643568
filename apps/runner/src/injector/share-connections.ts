import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Whose the connections to a port are: uids by `address:port` of the other end. */
export type ReadSocketOwners = (port: number) => ReadonlyMap<string, number>

/**
 * Keeps each uid to its share of a server's connections: what one has beyond that is closed, the newest first. Whose a connection is costs more
 * to find out than to serve it, so it is asked only when there are more than two shares, and again for each further share.
 *
 * @param share How many one uid may have; the server takes no more than its `maxConnections` in all.
 */
export function shareConnections(
  server: Server,
  { share, port, readOwners }: { readonly share: number; readonly port: number; readonly readOwners: ReadSocketOwners },
): void {
  const open = new Set<Socket>()
  const atLeast = Math.min(2 * share, server.maxConnections - 1)
  let lookFrom = atLeast

  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => forget(socket))
    if (open.size > lookFrom) closeExcess()
  })

  function forget(socket: Socket): void {
    open.delete(socket)
    lookFrom = Math.max(atLeast, Math.min(lookFrom, open.size + share))
  }

  function closeExcess(): void {
    const owners = readOwners(port)
    const counts = new Map<number, number>()
    for (const socket of open) {
      const owner = owners.get(`${socket.remoteAddress}:${socket.remotePort}`)
      // Of which nothing is known yet may be anybody's.
      if (owner === undefined) continue
      const count = (counts.get(owner) ?? 0) + 1
      counts.set(owner, count)
      if (count <= share) continue
      open.delete(socket)
      socket.destroy()
    }
    lookFrom = Math.max(atLeast, Math.min(open.size + share, server.maxConnections - 1))
  }
}
