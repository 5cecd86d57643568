/** The part of Forgejo's API that the test child talks to, with the token that it was started with. */
export interface ForgejoApi {
  readonly get: (path: string, query?: Query) => Promise<unknown>
  readonly getText: (path: string, query?: Query) => Promise<string>
  readonly send: (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body: object) => Promise<unknown>
  readonly upload: (path: string, file: File) => Promise<unknown>
  /** Fetches any address, the token included, as forgejo-mcp does. */
  readonly download: (url: string) => Promise<Response>
}

interface ForgejoRequest {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | FormData
}

type Query = Readonly<Record<string, string | number | boolean>>

export interface ForgejoAccess {
  readonly url: string
  readonly token: string
  readonly userAgent: string
}

/** Every method throws an error with the `message` of Forgejo's answer where that is no success. */
export function createForgejoApi({ url, token, userAgent }: ForgejoAccess): ForgejoApi {
  const credentials = { authorization: `token ${token}`, 'user-agent': userAgent }
  const base = `${url.replace(/\/$/, '')}/api/v1`

  async function request(address: string, { headers = {}, ...init }: ForgejoRequest = {}): Promise<Response> {
    const response = await fetch(address, { ...init, headers: { ...credentials, ...headers } })
    if (!response.ok) throw new Error(await failureMessage(response))
    return response
  }

  return {
    get: async (path, query) => await (await request(withQuery(base + path, query))).json(),
    getText: async (path, query) => await (await request(withQuery(base + path, query))).text(),
    async send(method, path, body) {
      const response = await request(base + path, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      return await parseBody(response)
    },
    async upload(path, file) {
      const body = new FormData()
      body.set('attachment', file)
      return await parseBody(await request(base + path, { method: 'POST', body }))
    },
    download: (address) => request(address),
  }
}

/** Joins segments to a path, each escaped. */
export function apiPath(...segments: readonly (string | number)[]): string {
  return `/${segments.map((segment) => encodeURIComponent(segment)).join('/')}`
}

function withQuery(address: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== '')
  return given.length === 0 ? address : `${address}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()}`
}

async function parseBody(response: Response): Promise<unknown> {
  const text = await response.text()
  return text === '' ? null : JSON.parse(text)
}

async function failureMessage(response: Response): Promise<string> {
  const text = await response.text()
  try {
    const body = JSON.parse(text) as { readonly message?: unknown }
    if (typeof body.message === 'string') return body.message
  } catch {
    // Not JSON: the status has to do.
  }
  return `unexpected status ${response.status}`
}
