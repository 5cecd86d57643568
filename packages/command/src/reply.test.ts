import { expect, test } from 'vitest'
import { answer, fail, type Reply } from './reply.ts'

test('says in JSON that all is well exactly where the exit code is 0', () => {
  const { reply, printed } = createReply({ json: true })
  expect([answer(reply, { message: 'Done.', bytes: 5 }), answer(reply, { message: 'Pending.' }, 1)]).toEqual([0, 1])
  expect([fail(reply, { reason: 'gone', message: 'It is gone.' }), fail(reply, { reason: 'gone', message: 'It is gone.' }, 78)]).toEqual([
    1, 78,
  ])
  const gone = { ok: false, error: { reason: 'gone', message: 'It is gone.' } }
  expect(printed.map((text): unknown => JSON.parse(text))).toEqual([
    { ok: true, message: 'Done.', bytes: 5 },
    { ok: false, message: 'Pending.' },
    gone,
    gone,
  ])
})

test('says in words what was done, and complains of what was not', () => {
  const { reply, printed, complaints } = createReply({ json: false })
  answer(reply, { message: 'Done.' })
  fail(reply, { reason: 'gone', message: 'It is gone.' })
  expect({ printed, complaints }).toEqual({ printed: ['Done.'], complaints: ['It is gone.'] })
})

function createReply({ json }: { readonly json: boolean }) {
  const printed: string[] = []
  const complaints: string[] = []
  const reply: Reply = { json, print: (text) => void printed.push(text), complain: (text) => void complaints.push(text) }
  return { reply, printed, complaints }
}
