/** Thrown by an application in the place of an answer: the server that serves it resets the connection. */
export class BrokenConnection extends Error {
  override readonly name = 'BrokenConnection'
}
