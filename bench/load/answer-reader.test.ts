import { expect, test } from 'vitest'
import { createAnswerReader, type HttpAnswer } from './answer-reader.ts'

const withLength = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello'
const inChunks = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n 0\r\n\r\n!\r\n0\r\n\r\n'

test.each([
  ['a declared length', withLength],
  ['chunks', inChunks],
])('an answer with %s ends with its last byte, however it arrives', (_, text) => {
  const bytes = Buffer.from(text)
  for (let cut = 1; cut < bytes.length; cut++) {
    const reader = createAnswerReader()
    expect(reader.add(bytes.subarray(0, cut))).toBeUndefined()
    expect(reader.add(bytes.subarray(cut))?.status).toBe(200)
  }
})

test('the next answer on the connection is read by itself', () => {
  const reader = createAnswerReader()
  const answers = [withLength, 'HTTP/1.1 202 Accepted\r\nmcp-session-id: abc\r\n\r\n', inChunks, withLength].map((text) =>
    reader.add(Buffer.from(text)),
  )
  expect(answers.map((answer) => answer?.status)).toEqual([200, 202, 200, 200])
  expect(answers[1]?.head).toContain('mcp-session-id: abc')
  expect(bodyOf(answers[3])).toBe('hello')
})

test('an answer that arrives byte by byte is put together', () => {
  const reader = createAnswerReader()
  const answers = [...Buffer.from(withLength)].map((byte) => reader.add(Buffer.from([byte])))
  expect(bodyOf(answers.at(-1))).toBe('hello')
  expect(answers.slice(0, -1).every((answer) => answer === undefined)).toBe(true)
})

function bodyOf(answer: HttpAnswer | undefined): string | undefined {
  return answer?.body.toString()
}
