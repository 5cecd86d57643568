import { expect, test } from 'vitest'
import { createSessionRoom, type SessionRoom } from './session-room.ts'

interface Count {
  readonly userId: string
  readonly sessions: number
}

async function open(counts: readonly Count[], limits = { perUser: 3, inAll: 6 }): Promise<SessionRoom> {
  const room = createSessionRoom({ store: { countByUser: async () => counts }, limits })
  await room.count()
  return room
}

function tooMany(room: SessionRoom, userId: string): unknown {
  const place = room.take(userId)
  return place === undefined ? 'not counted' : place.tooMany
}

test('takes no place before the sessions are counted, and counts once for all who wait', async () => {
  let counts = 0
  const room = createSessionRoom({
    store: {
      async countByUser() {
        counts += 1
        return []
      },
    },
    limits: { perUser: 1, inAll: 1 },
  })
  expect(room.take('alice')).toBeUndefined()
  await Promise.all([room.count(), room.count()])
  expect(room.take('alice')).toBeDefined()
  expect(counts).toBe(1)
})

test('lets a user have as many as one may have, and then each new one cost one', async () => {
  const room = await open([{ userId: 'alice', sessions: 2 }])
  expect(tooMany(room, 'alice')).toBeUndefined()
  const place = room.take('alice')
  expect(place?.tooMany).toEqual({ userId: 'alice', number: 1 })
  // Also before the first of them has really ended.
  expect(tooMany(room, 'alice')).toEqual({ userId: 'alice', number: 1 })
  place?.stored(['alice'])
  expect(tooMany(room, 'alice')).toEqual({ userId: 'alice', number: 1 })
})

test('counts no session that could not be stored, and none as ended for it', async () => {
  const room = await open([{ userId: 'alice', sessions: 3 }])
  room.take('alice')?.failed()
  expect(tooMany(room, 'alice')).toEqual({ userId: 'alice', number: 1 })
})

test('brings a user down to a limit that was lowered', async () => {
  const room = await open([{ userId: 'alice', sessions: 5 }])
  expect(tooMany(room, 'alice')).toEqual({ userId: 'alice', number: 3 })
})

test('at the limit of all, the user with the most pays', async () => {
  const room = await open([
    { userId: 'alice', sessions: 1 },
    { userId: 'bob', sessions: 3 },
    { userId: 'carol', sessions: 2 },
  ])
  expect(tooMany(room, 'dave')).toEqual({ userId: 'bob', number: 1 })
  expect(tooMany(room, 'erin')).toEqual({ userId: 'bob', number: 1 })
})

test('comes down to a limit of all that was lowered, by one with each new session', async () => {
  const room = await open([{ userId: 'alice', sessions: 3 }], { perUser: 9, inAll: 1 })
  expect(tooMany(room, 'bob')).toEqual({ userId: 'alice', number: 2 })
  expect(tooMany(room, 'carol')).toEqual({ userId: undefined, number: 2 })
})

test('at the limit of all, where nobody has more than one, the one used longest ago goes', async () => {
  const room = await open([{ userId: 'alice', sessions: 1 }], { perUser: 3, inAll: 1 })
  expect(tooMany(room, 'bob')).toEqual({ userId: undefined, number: 1 })
})

test('gives back to the count that was taken from, and not to a newer one', async () => {
  const counts: Count[] = [{ userId: 'alice', sessions: 3 }]
  const room = await open(counts)
  const giveBack = room.ending()
  room.recount()
  expect(tooMany(room, 'alice')).toBe('not counted')
  await room.count()
  giveBack(['alice'])
  expect(tooMany(room, 'alice')).toEqual({ userId: 'alice', number: 1 })
})

test('does not believe a count in which sessions ended', async () => {
  const counted = Promise.withResolvers<readonly Count[]>()
  const room = createSessionRoom({ store: { countByUser: () => counted.promise }, limits: { perUser: 3, inAll: 6 } })
  const counting = room.count()
  room.ending()(['alice'])
  counted.resolve([{ userId: 'alice', sessions: 3 }])
  await counting
  expect(room.take('alice')).toBeUndefined()
})
