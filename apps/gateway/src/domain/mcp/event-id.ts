/** The parts of `<runner epoch>.<stream>.<n>`. */
export interface EventId {
  readonly epoch: string
  readonly stream: string
}

/** Takes an event id apart; `undefined` for anything that the broker cannot have sent. */
export function parseEventId(text: string): EventId | undefined {
  const [, epoch, stream] = /^([\w-]{1,64})\.([\w-]{1,128})\.\d{1,15}$/.exec(text) ?? []
  return epoch === undefined || stream === undefined ? undefined : { epoch, stream }
}

/** The id from which a stream is read from its start: events count from 1. */
export function startOfStream({ epoch, stream }: EventId): string {
  return `${epoch}.${stream}.0`
}
