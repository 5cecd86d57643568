import { lookup } from 'node:dns/promises'
import { BoundSocket } from 'node:net'
import type { ListenAddress } from '@fjmcp-broker/shared/listen-address'
import { explainListenFailure, type ListenFailure } from '@fjmcp-broker/shared/listen-failure'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'

/** The public port, ours until it is released, whoever accepts its connections meanwhile. */
export interface HeldPort {
  /** Where it is; the port that the system chose where it was asked to. */
  readonly address: ListenAddress
  /** To be shared with each gateway that we start. Never to be closed by anybody but `release`. */
  readonly descriptor: number
  /** Gives it up; it is closed once no gateway has it either. */
  release(): void
}

/**
 * Binds a port without accepting anything. Once a gateway has listened on the socket nobody else can, and the system completes connections
 * although that gateway may be gone: they wait for the next one. Until then the port is ours but not closed to others, so the child program
 * may not be run before, for whatever reason.
 */
export async function holdPort({ host, port }: ListenAddress): Promise<Result<HeldPort, ListenFailure>> {
  try {
    const { address } = await lookup(host)
    const socket = new BoundSocket({ host: address, port })
    return ok({
      address: { host, port: socket.address().port },
      descriptor: socket.fd(),
      release: () => socket[Symbol.dispose](),
    })
  } catch (error) {
    return err(explainListenFailure(`${host}:${port}`, error))
  }
}
