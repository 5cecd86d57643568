import { spawnSync } from 'node:child_process'
import { silentLog } from '@fjmcp-broker/shared/log'
import { expect, it } from 'vitest'
import { createTurns } from './turns.ts'

it('runs what a task causes behind it, and then settles until there is nothing to settle', () => {
  const order: string[] = []
  let left = 2
  const turns = createTurns({
    settle() {
      order.push('settled')
      left -= 1
      return left > 0
    },
    log: silentLog,
  })
  turns.take(() => {
    turns.take(() => order.push('second'))
    turns.settle()
    order.push('first')
  })
  expect(order).toEqual(['first', 'second', 'settled', 'settled'])
})

it.each(['a task', 'settling'])('ends the process, and runs nothing more, where %s throws and its caller catches that', (failing) => {
  const turns = JSON.stringify(new URL('./turns.ts', import.meta.url).href)
  const { status, stdout, stderr } = spawnSync(process.execPath, [
    '--input-type=module',
    '--eval',
    `import { createTurns } from ${turns}
    const fail = () => { throw new Error('a bug in ${failing}') }
    const log = { error: (event, fields) => console.log(event, fields.detail) }
    const turns = createTurns({ settle: ${failing === 'settling' ? 'fail' : '() => false'}, log })
    try { turns.take(${failing === 'settling' ? '() => {}' : 'fail'}) } catch { turns.take(() => console.log('went on')) }
    setTimeout(() => console.log('lived on'))`,
  ])
  expect(String(stdout)).toBe(`turn_failed Error: a bug in ${failing}\n`)
  expect(String(stderr)).toContain(`a bug in ${failing}`)
  expect(status).toBe(1)
})
