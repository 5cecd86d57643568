import { lookup } from 'node:dns/promises'
import { BoundSocket } from 'node:net'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import type { ListenAddress } from '@fjmcp-broker/shared/listen-address'
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

/** Why a port cannot be had. `in_use`: another program has it, which may be over soon. `detail` is for the operator. */
export interface PortFailure {
  readonly reason: 'in_use' | 'cannot_listen'
  readonly detail: string
}

/**
 * Binds a port without accepting anything. Once a gateway has listened on the socket nobody else can, and the system completes connections
 * although that gateway may be gone: they wait for the next one. Until then the port is ours but not closed to others, so no session may
 * have a child before.
 */
export async function holdPort({ host, port }: ListenAddress): Promise<Result<HeldPort, PortFailure>> {
  try {
    const { address } = await lookup(host)
    const socket = new BoundSocket({ host: address, port })
    return ok({
      address: { host, port: socket.address().port },
      descriptor: socket.fd(),
      release: () => socket[Symbol.dispose](),
    })
  } catch (error) {
    const code = errorCode(error)
    const reason = code === 'EADDRINUSE' ? 'in_use' : 'cannot_listen'
    const why = reason === 'in_use' ? 'another program listens there' : (code ?? String(error))
    return err({ reason, detail: `cannot listen on ${host}:${port}: ${why}` })
  }
}
