import type { Log, LogFields, LogLevel } from '@fjmcp-broker/shared/log'

export interface LoggedEvent {
  readonly level: LogLevel
  readonly event: string
  readonly fields: LogFields
}

/** A log that tests read. */
export interface CollectedLog extends Log {
  readonly events: readonly LoggedEvent[]
  /** All of it as text. */
  readonly text: string
}

export function createCollectedLog(): CollectedLog {
  const events: LoggedEvent[] = []
  const write =
    (level: LogLevel) =>
    (event: string, fields: LogFields = {}) => {
      events.push({ level, event, fields })
    }
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    events,
    get text() {
      return JSON.stringify(events)
    },
  }
}
