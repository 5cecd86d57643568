import { expect, test } from 'vitest'
import { createHarness } from '../harness.ts'
import { clientDocument, createDocumentClient, createDocumentWorld, fail, publish } from '../oauth/document-client.ts'
import { openAuthorization } from '../oauth/sign-in.ts'

const answers = [
  fail('no_answer', 'the name leads to 10.0.0.1, which is not public'),
  fail('no_answer', 'ECONNREFUSED'),
  fail('no_answer', 'TimeoutError'),
  fail('no_answer', 'ERR_TLS_CERT_ALTNAME_INVALID'),
  fail('no_answer', 'status 401'),
  fail('no_document', 'status 404'),
  fail('no_document', 'the content type is not JSON'),
  fail('too_many_fetches', '32 at once'),
  publish({ status: 'the JSON of something else' }),
  publish({ ...clientDocument, client_id: 'https://other.example/client.json' }),
]

test('a stranger cannot tell what is at an address from the page that they get', async () => {
  const pages = await Promise.all(
    answers.map(async (answer) => {
      const world = createDocumentWorld()
      world.answer = answer
      const harness = await createHarness({ fetchClientDocument: world.fetchClientDocument })
      const response = await harness.fetch(new Request((await createDocumentClient(harness)).authorizeUrl()))
      return { status: response.status, headers: Object.fromEntries(response.headers), html: await response.text() }
    }),
  )
  expect(new Set(pages.map((page) => JSON.stringify(page))).size).toBe(1)
  expect(pages[0]?.html).toContain('Nothing could be learnt about this application')
})

test.each(answers.filter((answer) => !answer.ok).map((answer) => answer.error))('the log tells the operator: $detail', async (failure) => {
  const world = createDocumentWorld()
  world.answer = { ok: false, error: failure }
  const harness = await createHarness({ fetchClientDocument: world.fetchClientDocument })
  await openAuthorization(harness.openBrowser(), await createDocumentClient(harness))
  expect(harness.log.events).toContainEqual(
    expect.objectContaining({ event: 'client_document_not_fetched', fields: expect.objectContaining(failure) }),
  )
})
