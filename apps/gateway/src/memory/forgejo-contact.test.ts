import { err, ok } from '@fjmcp-broker/shared/result'
import { expect, test } from 'vitest'
import type { Forgejo } from '../upstream/forgejo.ts'
import { createForgejoContact } from './forgejo-contact.ts'

type Answer = Awaited<ReturnType<Forgejo['version']>>

/** A contact whose Forgejo answers in this order, and a clock to turn. */
function createContact(...answers: readonly Answer[]) {
  const clock = { nowMs: 0 }
  const work: Promise<void>[] = []
  let asked = 0
  const forgejo = { version: async () => answers[asked++] ?? ok('15.0.3') } as Forgejo
  const contact = createForgejoContact({ forgejo, clock: () => clock.nowMs, waitUntil: (task) => work.push(task) }, 1000)
  return { contact, clock, settled: () => Promise.all(work), asked: () => asked }
}

test('tells what it saw last and asks again only after a while', async () => {
  const { contact, clock, settled, asked } = createContact(ok('15.0.3'), err({ reason: 'unavailable', detail: 'ECONNREFUSED' }))
  expect(contact.lastSeen()).toEqual({ state: 'unknown' })
  await settled()
  expect(contact.lastSeen()).toEqual({ state: 'reached' })
  expect(asked()).toBe(1)
  clock.nowMs = 1000
  contact.lastSeen()
  await settled()
  expect(contact.lastSeen()).toEqual({ state: 'not_reached', detail: 'ECONNREFUSED' })
  expect(asked()).toBe(2)
})

test('knows what the question for the version showed, and does not ask again right behind it', async () => {
  const { contact, asked } = createContact(ok('15.0.3'))
  expect(await contact.version()).toEqual(ok('15.0.3'))
  expect(contact.lastSeen()).toEqual({ state: 'reached' })
  expect(asked()).toBe(1)
})

test('takes a Forgejo that wants a sign-in first for one that is there', async () => {
  const { contact, settled } = createContact(err({ reason: 'token_refused', detail: '403' }))
  contact.lastSeen()
  await settled()
  expect(contact.lastSeen()).toEqual({ state: 'reached' })
})
