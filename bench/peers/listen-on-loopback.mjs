// Loaded into the peers before they start: one of them cannot be told an address and would listen on all of them.
import { Server } from 'node:net'

const listen = Server.prototype.listen
Server.prototype.listen = function listenOnLoopback(first, ...others) {
  const callback = others.find((other) => typeof other === 'function')
  if (typeof first === 'number') return listen.call(this, { port: first, host: '127.0.0.1' }, callback)
  return listen.call(this, first, ...others)
}
