import { isatty } from 'node:tty'
import { type DestinationStream, type LoggerOptions, pino } from 'pino'
import type { Log, LogFields, LogFormat, LogLevel } from './log.ts'
import { toReadableLine } from './readable-log-line.ts'

const standardOutput = 1

/**
 * The log of a process on standard output: one JSON object a line, the event first, the time in ISO 8601; or readable lines.
 *
 * @param process Which of the processes speaks: `gateway` or `runner`.
 * @param format `auto`: readable where standard output is a terminal.
 */
export function createPinoLog({
  process,
  level,
  format,
}: {
  readonly process: string
  readonly level: LogLevel
  readonly format: LogFormat
}): Log {
  const options: LoggerOptions = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  }
  // Synchronous: at its exit a process would otherwise wait for ever to write what nobody reads any more.
  const output = pino.destination({ dest: standardOutput, sync: true })
  const isReadable = format === 'text' || (format === 'auto' && isatty(standardOutput))
  const logger = pino(options, isReadable ? makeReadable(output) : output)
  const write = (method: LogLevel) => (event: string, fields?: LogFields) => {
    // First for who reads the line, last so that no field takes its place.
    logger[method](Object.assign({ event }, fields, { event }))
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

function makeReadable(output: DestinationStream): DestinationStream {
  return { write: (json) => output.write(`${toReadableLine(json)}\n`) }
}
