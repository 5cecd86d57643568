import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, it, onTestFinished } from 'vitest'
import type { LogFields } from './log.ts'

const module = JSON.stringify(new URL('pino-log.ts', import.meta.url).href)

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

it('lets a process end although nobody reads what it writes any more', async () => {
  const script = `
    import { createPinoLog } from ${module}
    const log = createPinoLog({ process: 'runner', level: 'info' })
    process.stdin.once('data', () => {
      for (let line = 0; line < 10_000; line += 1) log.info('line_written', { line })
      process.exit(3)
    })
    log.info('log_opened')
  `
  const writer = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['pipe', 'pipe', 'ignore'] })
  onTestFinished(() => void writer.kill('SIGKILL'))
  await once(writer.stdout, 'data')
  writer.stdout.destroy()
  writer.stdin.write('go')
  expect(await once(writer, 'exit')).toEqual([3, null])
})

/** What a process of its own, which logs this, writes to its standard output. */
function logOnce(fields: LogFields): string {
  const script = `
    import { createPinoLog } from ${module}
    createPinoLog({ process: 'runner', level: 'info' }).info('child_started', ${JSON.stringify(fields)})
  `
  return execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }).trimEnd()
}
