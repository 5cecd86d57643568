import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { LogFields } from './log.ts'

it('writes one line for each event, with the event before its fields', () => {
  const line = logOnce({ session: 's:1', count: 2 })
  expect(JSON.parse(line)).toEqual({
    level: 'info',
    time: expect.any(String),
    process: 'runner',
    event: 'child_started',
    session: 's:1',
    count: 2,
  })
  expect(line.indexOf('"event"')).toBeLessThan(line.indexOf('"session"'))
})

it('lets no field take the place of the event', () => {
  const line = logOnce({ session: 's:1', event: 'epoch.stream.1' })
  expect(JSON.parse(line)).toMatchObject({ event: 'child_started', session: 's:1' })
  expect(line).not.toContain('epoch.stream.1')
  expect(line.indexOf('"event"')).toBeLessThan(line.indexOf('"session"'))
})

/** What a process of its own, which logs this, writes to its standard output. */
function logOnce(fields: LogFields): string {
  const module = JSON.stringify(new URL('pino-log.ts', import.meta.url).href)
  const script = `
    import { createPinoLog } from ${module}
    createPinoLog({ process: 'runner', level: 'info' }).info('child_started', ${JSON.stringify(fields)})
  `
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }).trimEnd()
}
