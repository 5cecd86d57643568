/** Who sent a request, as the socket says it: never taken from a header. */
export interface Peer {
  readonly address: string
  /** Calls the listener when the socket has taken the whole answer, or is closed. Absent where it cannot tell. */
  readonly whenAnswered?: ((listener: () => void) => void) | undefined
}

/**
 * A whole HTTP application as one function: the shape of every boundary between our parts, in tests and in production.
 *
 * @param peer Absent where no socket is involved, as in tests.
 */
export type Fetch = (request: Request, peer?: Peer) => Response | Promise<Response>
