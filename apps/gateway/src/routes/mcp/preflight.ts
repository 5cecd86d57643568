import { emptyResponse } from './respond.ts'

const allowedHeaders = 'Authorization, Content-Type, Accept, Mcp-Protocol-Version, Mcp-Session-Id, Last-Event-ID, Mcp-Method, Mcp-Name'

/** Answers a browser's preflight. There are no credentials besides the bearer token, so any origin may ask; the request itself is checked. */
export function answerPreflight(request: Request): Response {
  const parameterHeaders = (request.headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => /^mcp-param-[a-z0-9_-]{1,64}$/i.test(name))
  return emptyResponse(204, {
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-headers': [allowedHeaders, ...parameterHeaders].join(', '),
    'access-control-max-age': '7200',
    vary: 'Access-Control-Request-Headers',
  })
}
