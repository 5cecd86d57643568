import { createServer } from 'node:net'

/** A process that listens on the unix socket it is given and tells its parent so; it is there to be killed. */
createServer().listen(process.argv[2], () => process.send?.('listening'))
