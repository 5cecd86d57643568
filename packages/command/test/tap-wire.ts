import type { FetchLike } from '@modelcontextprotocol/sdk/shared/transport.js'

/** Reaches servers as any fetch does, and knows every secret that went over the wire, in either direction. */
export interface WireTap {
  readonly fetch: FetchLike
  /** Looks at an answer that went another way, and leaves it unread. */
  look(response: Response): Promise<void>
  secrets(): readonly string[]
}

const secretNames = /^(?:access_token|refresh_token|token|code|state|code_verifier|client_secret)$/
/** What is shorter can be guessed, or stands in a log by chance. */
const leastLength = 20

export function tapWire(): WireTap {
  const found = new Set<string>()
  return {
    async fetch(url, init) {
      const request = new Request(url, init)
      lookAtParameters(new URL(request.url).searchParams)
      lookAtHeaders(request.headers)
      if (isForm(request.headers)) lookAtParameters(new URLSearchParams(await request.clone().text()))
      const response = await fetch(request)
      await look(response)
      return response
    },
    look,
    secrets: () => [...found],
  }

  async function look(response: Response): Promise<void> {
    lookAtHeaders(response.headers)
    const type = response.headers.get('content-type') ?? ''
    if (type.startsWith('text/html')) {
      for (const [, value = ''] of (await response.clone().text()).matchAll(/value="([\w-]{43})"/g)) add(value)
    }
    if (!type.startsWith('application/json')) return
    const body: unknown = JSON.parse((await response.clone().text()) || '{}')
    if (typeof body !== 'object' || body === null) return
    for (const [name, value] of Object.entries(body)) if (secretNames.test(name)) add(String(value))
  }

  function lookAtHeaders(headers: Headers): void {
    add(headers.get('authorization')?.split(' ')[1])
    add(headers.get('mcp-session-id'))
    for (const pair of [...(headers.get('cookie')?.split('; ') ?? []), ...headers.getSetCookie()]) add(/^[^=]*=([^;]*)/.exec(pair)?.[1])
    const location = URL.parse(headers.get('location') ?? '', 'http://localhost')
    if (location !== null) lookAtParameters(location.searchParams)
  }

  function lookAtParameters(parameters: URLSearchParams): void {
    for (const [name, value] of parameters) if (secretNames.test(name)) add(value)
  }

  function add(secret: string | null | undefined): void {
    if (secret !== undefined && secret !== null && secret.length >= leastLength) found.add(secret)
  }
}

function isForm(headers: Headers): boolean {
  return headers.get('content-type')?.startsWith('application/x-www-form-urlencoded') === true
}
