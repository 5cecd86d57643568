import { expect, test } from 'vitest'
import { createFakeForgejo } from './fake-forgejo.ts'

function ask(forgejo: ReturnType<typeof createFakeForgejo>, path: string, signal?: AbortSignal): Promise<Response> {
  return Promise.resolve(forgejo.fetch(new Request(`https://git.example.org${path}`, signal === undefined ? {} : { signal })))
}

test('down: 503, until it is over', async () => {
  const forgejo = createFakeForgejo({ applications: [] })
  forgejo.setOutage('down')
  expect((await ask(forgejo, '/api/v1/version')).status).toBe(503)
  forgejo.setOutage('none')
  expect((await ask(forgejo, '/api/v1/version')).status).toBe(200)
})

test('garbage: what is no JSON, and only below the path that is named', async () => {
  const forgejo = createFakeForgejo({ applications: [] })
  forgejo.setOutage('garbage', '/login/oauth/')
  const token = await ask(forgejo, '/login/oauth/access_token')
  expect(token.status).toBe(200)
  await expect(token.json()).rejects.toThrow(SyntaxError)
  expect((await ask(forgejo, '/api/v1/version')).status).toBe(200)
})

test('silent: the answer comes when it is over', async () => {
  const forgejo = createFakeForgejo({ applications: [] })
  forgejo.setOutage('silent')
  const answers: number[] = []
  const waiting = ask(forgejo, '/api/v1/version').then(({ status }) => answers.push(status))
  await expect(ask(forgejo, '/api/v1/version', AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up')
  expect(answers).toEqual([])
  forgejo.setOutage('none')
  await waiting
  expect(answers).toEqual([200])
})

test.each(['gone', 'mute'] as const)('%s: the connection breaks, and only a mute one has done what was asked', async (outage) => {
  const forgejo = createFakeForgejo({ applications: [] })
  forgejo.setOutage(outage)
  await expect(ask(forgejo, '/api/v1/version')).rejects.toThrow('the request was served')
  expect(forgejo.journal.apiRequests).toHaveLength(outage === 'mute' ? 1 : 0)
})
