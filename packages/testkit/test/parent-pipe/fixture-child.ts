import { spawn } from 'node:child_process'
import { connect } from 'node:net'

/** Says its name and process id to the test's socket and echoes what it hears; starts a grandchild of its group that does so too. */
const [socketPath = '', name = ''] = process.argv.slice(2)
const socket = connect(socketPath, () => socket.write(`${name} ${process.pid}\n`))
socket.pipe(socket)
if (!name.endsWith('-grandchild')) spawn(process.execPath, [import.meta.filename, socketPath, `${name}-grandchild`], { stdio: 'ignore' })
