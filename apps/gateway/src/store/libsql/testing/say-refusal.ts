import { refusalMayPass } from '../refusal.ts'
import { openFile } from './open-file.ts'

// Opens a store and says why it is refused.

const [path = ''] = process.argv.slice(2)

const opened = await openFile(path)
if (opened.ok) await opened.value.close()
process.stdout.write(JSON.stringify(opened.ok ? {} : { ...opened.error, mayPass: refusalMayPass(opened.error) }))
