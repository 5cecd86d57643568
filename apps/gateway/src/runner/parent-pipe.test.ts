import { PassThrough } from 'node:stream'
import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, test } from 'vitest'
import { watchParent } from './parent-pipe.ts'

test('a pipe that breaks says that the runner is gone, as one that ends does', async () => {
  const stdin = new PassThrough()
  const gone = new Promise<string>((resolve) => watchParent({ stdin, log: silentLog, onParentGone: () => resolve('gone') }))
  stdin.destroy(new Error('broken'))
  expect(await gone).toBe('gone')
})

test('a line that makes no sense is logged and does no harm', async () => {
  const stdin = new PassThrough()
  const logged: string[] = []
  const log = { ...silentLog, error: (event: string) => logged.push(event) }
  const gone = new Promise<string>((resolve) => watchParent({ stdin, log, onParentGone: () => resolve('gone') }))
  stdin.write('{"type":"child_star')
  stdin.write('ted","pid":1,"startTime":"1"}\nnonsense\n{"type":"child_ended","pid":2}\n')
  stdin.end('half a li')
  expect(await gone).toBe('gone')
  expect(logged).toStrictEqual(['malformed_line_received', 'malformed_line_received'])
})
