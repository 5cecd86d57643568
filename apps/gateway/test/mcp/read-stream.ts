/** An event of a stream, or a comment. */
export interface SseEvent {
  readonly id?: string
  readonly retry?: string
  readonly comment?: string
  /** The data, parsed as JSON where there is any. */
  readonly data?: unknown
}

/** Reads a response's events one by one; ends where the stream ends. */
export async function* readStream(response: Response): AsyncGenerator<SseEvent, undefined> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split('\n\n')
    text = blocks.pop() ?? ''
    yield* blocks.map(parseBlock)
  }
  return undefined
}

/** All events of a stream that ends. */
export async function readAll(response: Response): Promise<SseEvent[]> {
  return Array.fromAsync(readStream(response))
}

function parseBlock(block: string): SseEvent {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? []
      return [name === '' ? 'comment' : name, value]
    }),
  )
  const { data, event: _event, ...rest } = fields
  return { ...rest, ...(data !== undefined && data !== '' && { data: JSON.parse(data) as unknown }) }
}
