/** An event of a stream as a client sees it; `data` is empty where it only carries an id. */
export interface WireEvent {
  readonly id: string | undefined
  readonly data: string
}

/**
 * Reads the events of a response one by one, until the stream ends or breaks, which is the same to a client that can resume. What was cut
 * off in the middle is dropped.
 */
export async function* readEvents(response: Response): AsyncGenerator<WireEvent, undefined> {
  let text = ''
  try {
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      yield* blocks.map(parseEvent)
    }
  } catch {
    return undefined
  }
  return undefined
}

function parseEvent(block: string): WireEvent {
  const lines = block.split('\n')
  return { id: valueOf(lines, 'id'), data: valueOf(lines, 'data') ?? '' }
}

function valueOf(lines: readonly string[], field: string): string | undefined {
  const line = lines.find((candidate) => candidate.startsWith(`${field}:`))
  return line?.slice(field.length + 1).trimStart()
}
