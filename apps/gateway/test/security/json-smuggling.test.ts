import { beforeEach, describe, expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { createMcpEndpoint, type McpEndpoint, mcpUrl, type SessionCaller } from '../mcp/mcp-endpoint.ts'

let mcp: McpEndpoint
let caller: SessionCaller

beforeEach(async () => {
  mcp = createMcpEndpoint()
  caller = await mcp.open(mcp.token('alice', 'read'))
  mcp.runner.asked.length = 0
})

const get = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue_by_index","arguments":{"index":1}}}'

/** What the runner was sent, which is what was checked. */
function sent(): string {
  return JSON.stringify(mcp.runner.sent)
}

test('passes on only the members that are known, the last of repeated ones, and only the progress token of _meta', async () => {
  const params =
    '{"Name":"delete_repo","name":"delete_repo","name":"get_issue_by_index","arguments":{"index":1,"__proto__":{"a":1}},' +
    '"task":{"ttl":1},"_meta":{"progressToken":"p","io.example/trick":1}}'
  await mcp.post(`{"jsonrpc":"2.0","id":1,"Method":"tools/list","method":"tools/call","extra":{},"params":${params}}`, caller)
  expect(sent()).toBe(
    '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_issue_by_index","arguments":{"index":1,"__proto__":{"a":1}},"_meta":{"progressToken":"p"}}}]',
  )
})

test.each([
  ['a name that comes first', get.replace('"name":', '"name":"delete_repo","name":')],
  ['a name in capitals', get.replace('"name":', '"NAME":"delete_repo","name":')],
  ['a name behind it in capitals', get.replace('"arguments"', '"Name":"delete_repo","arguments"')],
  ['letters that fold to those of the name', get.replace('"arguments"', '"ｎame":"delete_repo","arguments"')],
  ['parameters in capitals', get.replace('"params":', '"Params":{"name":"delete_repo"},"params":')],
  ['parameters of a prototype', get.replace('"params":', '"__proto__":{"params":{"name":"delete_repo"}},"params":')],
  ['a name of a prototype', get.replace('"name":', '"__proto__":{"name":"delete_repo"},"name":')],
  ['a constructor', get.replace('"name":', '"constructor":{"prototype":{"name":"delete_repo"}},"name":')],
  ['a method behind it', get.replace(/\}$/, ',"METHOD":"resources/read"}')],
  ['a byte order mark', `\uFEFF${get}`],
  ['escapes for letters', get.replace('"name"', String.raw`"\u006eame"`).replace('get_issue', String.raw`get\u005fissue`)],
  ['blanks that JSON allows', get.replaceAll(':', '\t:\r\n ')],
])('what is passed on is what was checked, with %s', async (_, body) => {
  await mcp.post(body, caller)
  expect(sent()).toBe(`[${get}]`)
})

test.each([
  ['escapes', String.raw`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"\u006eame":"delete\u005frepo"}}`],
  ['a name that comes last', get.replace('"arguments"', '"name":"delete_repo","arguments"')],
  ['blanks around the name', get.replace('get_issue_by_index', ' get_issue_by_index ')],
  ['other letters', get.replace('get_issue_by_index', 'Get_Issue_By_Index')],
  ['a NUL behind the name', get.replace('get_issue_by_index', String.raw`get_issue_by_index\u0000`)],
  ['half a surrogate pair', get.replace('get_issue_by_index', String.raw`get_issue_by_index\ud800`)],
])('a tool that is not allowed is not reached by %s', async (_, body) => {
  const response = await mcp.post(body, caller)
  expect(response.status).toBe(403)
  expect(mcp.runner.sent).toEqual([])
})

test.each(['1e400', '-1e400', '9007199254740993', '-9007199254740993', '18446744073709551616', '1e21'])(
  'a number that would be passed on as another is refused: %s',
  async (number) => {
    const response = await mcp.post(get.replace('"index":1', `"index":${number}`), caller)
    expect([response.status, await response.json()]).toMatchObject([400, { error: { code: -32600 } }])
    expect(mcp.runner.sent).toEqual([])
  },
)

test.each([
  ['9007199254740991', '9007199254740991'],
  ['-0', '0'],
  ['1.0', '1'],
  ['1E2', '100'],
  ['0.1', '0.1'],
  [String.raw`"\ud83e\udd8a"`, '"🦊"'],
  [String.raw`"\ud800"`, String.raw`"\ud800"`],
  [String.raw`"\u0000"`, String.raw`"\u0000"`],
  ['{"__proto__":null,"constructor":[]}', '{"__proto__":null,"constructor":[]}'],
])('the value %s means the same when it is passed on', async (given, passedOn) => {
  await mcp.post(get.replace('"index":1', `"index":${given}`), caller)
  expect(sent()).toBe(`[${get.replace('"index":1', `"index":${passedOn}`)}]`)
})

test.each(['null', 'true', '1.5', '1e400', '9007199254740993', '[1]', '{"a":1}', `"${'x'.repeat(257)}"`])(
  'an id that an answer could not bring back is refused: %s',
  async (id) => {
    const response = await mcp.post(get.replace('"id":1', `"id":${id}`), caller)
    expect([response.status, await response.json()]).toMatchObject([400, { id: null, error: { code: -32600 } }])
    expect(mcp.runner.sent).toEqual([])
  },
)

describe('a body in another encoding', () => {
  const utf8 = new TextEncoder().encode(get)
  const wide = new Uint8Array(Uint16Array.from(get, (letter) => letter.charCodeAt(0)).buffer)

  test.each([
    ['UTF-16', wide],
    ['UTF-16 with a byte order mark', new Uint8Array([0xff, 0xfe, ...wide])],
    ['overlong UTF-8', new Uint8Array([...utf8.subarray(0, 1), 0xc0, 0xa2, ...utf8.subarray(2)])],
    ['UTF-8 of half a surrogate pair', new Uint8Array([0x22, 0xed, 0xa0, 0x80, 0x22])],
    ['UTF-8 that breaks off', new Uint8Array([...utf8, 0xe2, 0x82])],
    [
      'a byte within a text that is no UTF-8',
      Uint8Array.from(get.replace('"index":1', '"title":"\u00ff"'), (letter) => letter.charCodeAt(0)),
    ],
    [
      'a byte that is none of UTF-8 in a name',
      new TextEncoder().encode(get).map((byte, at) => (at === get.indexOf('issue') ? 0xff : byte)),
    ],
    ['compressed', new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3])],
  ])('is refused: %s', async (_, body) => {
    expect((await postBytes(body, 'application/json')).status).toBe(400)
    expect(mcp.runner.sent).toEqual([])
  })

  test.each([
    'application/json; charset=utf-16',
    'Application/JSON;charset=latin1',
    'application/json ; a=b',
    'application/json;charset="utf-7"',
  ])('is read as UTF-8 whatever the type says: %s', async (type) => {
    await (await postBytes(utf8, type)).text()
    expect(sent()).toBe(`[${get}]`)
  })

  test.each([
    'text/plain',
    'text/json',
    'application/json-rpc',
    'application/jsonx',
    'application/json, text/plain',
    'multipart/form-data',
    '',
  ])('is not read at all as %j', async (type) => {
    expect((await postBytes(utf8, type)).status).toBe(415)
  })

  function postBytes(body: BodyInit, type: string): Promise<Response> {
    const headers = { authorization: `Bearer ${caller.token}`, 'mcp-session-id': caller.session, 'content-type': type }
    return Promise.resolve(mcp.fetch(new Request(mcpUrl, { method: 'POST', headers, body })))
  }
})

test.each([
  '{"redirect_uris":["https://client.example/cb"],"redirect_uris":["javascript:1"]}',
  '{"Redirect_Uris":["https://client.example/cb"]}',
  '{"__proto__":{"redirect_uris":["https://client.example/cb"]}}',
])('a registration is made of what its JSON says last, under exactly that name: %s', async (body) => {
  const { fetch } = await createHarness()
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(new Request('https://mcp.example.test/oauth/register', { method: 'POST', headers, body }))
  expect(response.status).toBe(400)
})
