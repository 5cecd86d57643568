/** What an event may carry: identifiers, counts, durations, reasons. Never a token, code, verifier, cookie or child environment. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined | readonly string[]>>

/** Writes one event: its name in the past tense (`code_exchanged`), then its fields. */
export interface Log {
  debug(event: string, fields?: LogFields): void
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields): void
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** `auto`: text on a terminal, JSON elsewhere. */
export type LogFormat = 'auto' | 'json' | 'text'

/** A log that keeps nothing, for what runs without an audience. */
export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }

function ignore(): void {}
