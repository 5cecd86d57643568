import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { BoundSocket } from 'node:net'
import type { ListenAddress } from '@fjmcp-broker/shared/listen-address'
import { explainListenFailure, type ListenFailure } from '@fjmcp-broker/shared/listen-failure'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { turnAway } from './turn-away.ts'

/** The public port, ours until it is released, whoever accepts its connections meanwhile. */
export interface HeldPort {
  /** Where it is; the port that the system chose where it was asked to. */
  readonly address: ListenAddress
  /** To be shared with each gateway that we start. Never to be closed by anybody but `release`. */
  readonly descriptor: number
  /** From now on clients are told to come again, also where no gateway ever listened. One that still listens serves a part of them. */
  turnAway(): void
  /** Gives it up; it is closed once no gateway has it either. Settles when it is. */
  release(): Promise<void>
}

/**
 * Binds a port without accepting anything. Once a gateway has listened on the socket nobody else can, and the system completes connections
 * although that gateway may be gone: they wait for the next one. Until then the port is ours but not closed to others, so the child program
 * may not be run before, for whatever reason.
 */
export async function holdPort({ host, port }: ListenAddress): Promise<Result<HeldPort, ListenFailure>> {
  try {
    const { address } = await lookup(host)
    return ok(keep(new BoundSocket({ host: address, port }), host))
  } catch (error) {
    return err(explainListenFailure(`${host}:${port}`, error))
  }
}

function keep(socket: BoundSocket, host: string): HeldPort {
  let server: Server | undefined
  return {
    address: { host, port: socket.address().port },
    descriptor: socket.fd(),
    turnAway: () => void (server ??= turnAway(socket)),
    async release() {
      if (server === undefined) socket[Symbol.dispose]()
      else if (server.listening) {
        const closed = once(server, 'close')
        server.close()
        server.closeAllConnections()
        await closed
      }
    },
  }
}
