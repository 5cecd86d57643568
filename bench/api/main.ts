import { serveApi } from './serve-api.ts'

// A process of its own, so that what it costs is counted for nobody. It ends with whoever started it.
const port = await serveApi(process.argv[2] ?? '')
process.send?.(port)
process.once('disconnect', () => process.exit(0))
