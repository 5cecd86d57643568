import { expect, test } from 'vitest'
import { type LineSink, streamLines } from './stream-lines.ts'

test('gives each object a line', async () => {
  const response = streamLines(async ({ send }) => {
    send({ first: 1 })
    send({ second: 2 })
  })
  expect(await response.text()).toBe('{"first":1}\n{"second":2}\n')
})

test('waits until the reader has taken what was sent', async () => {
  const order: string[] = []
  const { sink, reader, end } = await open()
  sink.send({ line: 1 })
  sink.send({ line: 2 })
  const waiting = sink.untilTaken().then(() => order.push('taken'))
  for (const what of ['first', 'second']) {
    await reader.read()
    order.push(what)
  }
  await waiting
  expect(order).toEqual(['first', 'second', 'taken'])
  expect(sink.closed.aborted).toBe(false)
  end()
  expect(await reader.read()).toMatchObject({ done: true })
})

test('waits for nobody who has gone', async () => {
  const { sink, reader } = await open()
  sink.send({ line: 1 })
  const waiting = sink.untilTaken()
  await reader.cancel()
  await waiting
  expect(sink.closed.aborted).toBe(true)
})

test('ends for a reader who leaves for long what there is, and lets it be read later', async () => {
  const { sink, reader } = await open(1)
  sink.send({ line: 1 })
  await sink.untilTaken()
  expect(sink.closed.aborted).toBe(true)
  sink.send({ line: 2 })
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('{"line":1}\n')
  expect(await reader.read()).toMatchObject({ done: true })
})

async function open(standstillMs?: number) {
  const begun = Promise.withResolvers<LineSink>()
  const ended = Promise.withResolvers<void>()
  const { body } = streamLines(async (sink) => {
    begun.resolve(sink)
    await ended.promise
  }, standstillMs)
  if (body === null) throw new Error('no body')
  return { sink: await begun.promise, reader: body.getReader(), end: () => ended.resolve() }
}
