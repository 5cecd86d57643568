import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, it, onTestFinished } from 'vitest'
import type { LogFields, LogFormat } from './log.ts'

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
    const log = createPinoLog({ process: 'runner', level: 'info', format: 'auto' })
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

it('writes readable lines where it is told to, and JSON where nobody looks', () => {
  expect(logOnce({ session: 's:1' }, 'text')).toMatch(/^[\d-]+T[\d:.]+Z info {2}runner {2}child_started session=s:1$/)
  expect(logOnce({ session: 's:1' }, 'auto')).toMatch(/^\{"level":"info",.*\}$/)
})

// Of util-linux: a terminal that nobody sits at.
it.skipIf(!existsSync('/usr/bin/script'))('writes readable lines to a terminal, unless it is told not to', () => {
  const onTerminal = (format: LogFormat) => {
    const command = `"${process.execPath}" --input-type=module --eval '${logging({ session: 's:1' }, format)}'`
    return execFileSync('/usr/bin/script', ['--quiet', '--return', '--command', command, '/dev/null'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trimEnd()
  }
  expect(onTerminal('auto')).toMatch(/ info {2}runner {2}child_started session=s:1$/)
  expect(onTerminal('json')).toMatch(/^\{"level":"info",.*\}$/)
})

/** What a process of its own, which logs this, writes to its standard output. */
function logOnce(fields: LogFields, format: LogFormat = 'json'): string {
  return execFileSync(process.execPath, ['--input-type=module', '--eval', logging(fields, format)], { encoding: 'utf8' }).trimEnd()
}

function logging(fields: LogFields, format: LogFormat): string {
  const log = JSON.stringify({ process: 'runner', level: 'info', format })
  return `import { createPinoLog } from ${module}; createPinoLog(${log}).info("child_started", ${JSON.stringify(fields)})`
}
