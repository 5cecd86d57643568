import { connect } from 'node:net'
import { watchParent } from '@fjmcp-broker/gateway/runner/parent-pipe'
import { silentLog } from '@fjmcp-broker/shared/log'

/** A gateway that only watches its runner, and ends once that is gone. */
const socket = connect(process.argv[2] ?? '', () => socket.write(`gateway ${process.pid}\n`))
watchParent({ stdin: process.stdin, log: silentLog, onParentGone: () => process.exit() })
