import { array, assert, nat, property, record } from 'fast-check'
import { expect, it } from 'vitest'
import { createRoom, type Place } from './room.ts'

const limits = { sizePerUser: 40, sizeInAll: 100 }

const resizings = array(record({ user: nat({ max: 5 }), name: nat({ max: 5 }), size: nat({ max: 60 }) }), { maxLength: 80 })

it('keeps each user and all together within bounds, whatever they keep', () => {
  assert(
    property(resizings, (told) => {
      const model = createModel()
      for (const { user, name, size } of told) {
        model.resize({ user, name, size })
        expect(model.sizeOf(user)).toBeLessThanOrEqual(Math.max(limits.sizePerUser, size))
        expect(model.sizeInAll()).toBeLessThanOrEqual(Math.max(limits.sizeInAll, size))
      }
    }),
  )
})

it('takes nothing from who keeps less than another, but for what that one was given just now, and nothing without need', () => {
  assert(
    property(resizings, (told) => {
      const model = createModel((loser, { user, size }) => {
        const isOverOwn = loser === user && model.sizeOf(user) > limits.sizePerUser
        const others = [0, 1, 2, 3, 4, 5].filter((other) => other !== user).map((other) => model.sizeOf(other))
        const mostToGive = Math.max(...others, model.placesOf(user) > 1 ? model.sizeOf(user) : 0, size > 0 ? 0 : model.sizeOf(user))
        const isLargest = model.sizeInAll() > limits.sizeInAll && model.sizeOf(loser) === mostToGive
        expect(isOverOwn || isLargest).toBe(true)
      })
      for (const one of told) model.resize(one)
    }),
  )
})

interface Told {
  readonly user: number
  readonly name: number
  readonly size: number
}

/** A room beside an account of what is kept in it. `onLoss` is asked before a loss is accounted for. */
function createModel(onLoss: (loser: number, told: Told) => void = () => undefined) {
  const room = createRoom(limits)
  const places = new Map<string, Place>()
  const kept = new Map<string, number>()
  let last: Told = { user: 0, name: 0, size: 0 }

  const sizesOf = (user: number) => [...kept].filter(([key]) => key.startsWith(`${user}.`)).map(([, size]) => size)
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0)
  return {
    resize(told: Told) {
      last = told
      const { user, name, size } = told
      const key = `${user}.${name}`
      const place =
        places.get(key) ??
        room.open(`user ${user}`, () => {
          onLoss(user, last)
          kept.delete(key)
        })
      places.set(key, place)
      if (size > 0) kept.set(key, size)
      else kept.delete(key)
      place.resize(size)
    },
    sizeOf: (user: number) => sum(sizesOf(user)),
    placesOf: (user: number) => sizesOf(user).length,
    sizeInAll: () => sum([...kept.values()]),
  }
}
