import { type LoggerOptions, pino } from 'pino'
import type { Log, LogFields, LogLevel } from './log.ts'

/**
 * The log of a process: one JSON object a line on standard output, the event first, the time in ISO 8601.
 *
 * @param process Which of the processes speaks: `gateway` or `runner`.
 */
export function createPinoLog({ process, level }: { readonly process: string; readonly level: LogLevel }): Log {
  const options: LoggerOptions = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
  }
  // Synchronous: at its exit a process would otherwise wait for ever to write what nobody reads any more.
  const logger = pino(options, pino.destination({ dest: 1, sync: true }))
  const write = (method: LogLevel) => (event: string, fields?: LogFields) => {
    // First for who reads the line, last so that no field takes its place.
    logger[method](Object.assign({ event }, fields, { event }))
  }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}
