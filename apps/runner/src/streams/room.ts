import { firstOf } from '@fjmcp-broker/shared/first-of'

/** How much may be kept, in any unit. */
export interface RoomLimits {
  readonly sizePerUser: number
  readonly sizeInAll: number
}

/** What all users keep together. */
export interface Room {
  /** @param giveUp Told that there is no room any more for what is kept here; it counts as nothing from then on. */
  open(userId: string, giveUp: () => void): Place
}

/** What is kept at one place. */
export interface Place {
  /** Says how much that is now, and makes room for it. What a place was told last is kept in any case: it was only just given. */
  resize(size: number): void
  /** Nothing is kept here any more. */
  close(): void
}

interface Taken {
  readonly userId: string
  readonly giveUp: () => void
  size: number
}

/** What a user keeps; the place that was resized longest ago first, and none at which nothing is kept. */
interface Share {
  readonly places: Set<Taken>
  size: number
}

/** Keeps every user, and all together, within bounds. Where all keep too much, whoever keeps most gives up first what is oldest. */
export function createRoom(limits: RoomLimits): Room {
  const shares = new Map<string, Share>()
  let sizeInAll = 0

  return {
    open(userId, giveUp) {
      const place: Taken = { userId, giveUp, size: 0 }
      return {
        resize(size) {
          put(place, size)
          makeRoomFor(place)
        },
        close: () => put(place, 0),
      }
    },
  }

  function put(place: Taken, size: number): void {
    const share = shares.get(place.userId) ?? { places: new Set(), size: 0 }
    share.size += size - place.size
    sizeInAll += size - place.size
    place.size = size
    share.places.delete(place)
    if (size > 0) share.places.add(place)
    if (share.places.size > 0) shares.set(place.userId, share)
    else shares.delete(place.userId)
  }

  function makeRoomFor(newest: Taken): void {
    while (sizeOf(newest.userId) > limits.sizePerUser && giveUpFirst(shares.get(newest.userId), newest));
    while (sizeInAll > limits.sizeInAll && giveUpFirst(findLargest(newest), newest));
  }

  function sizeOf(userId: string): number {
    return shares.get(userId)?.size ?? 0
  }

  function giveUpFirst(share: Share | undefined, newest: Taken): boolean {
    const first = firstOf(share?.places)
    if (first === undefined || first === newest) return false
    put(first, 0)
    first.giveUp()
    return true
  }

  /** Of those who have more than the newest to give up. */
  function findLargest(newest: Taken): Share | undefined {
    let largest: Share | undefined
    for (const share of shares.values()) if (share.size > (largest?.size ?? 0) && firstOf(share.places) !== newest) largest = share
    return largest
  }
}
