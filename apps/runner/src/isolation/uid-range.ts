import { gatewayUser } from '@fjmcp-broker/shared/gateway-user'

/** Uids from `first` to `last`, both included. */
export interface UidRange {
  readonly first: number
  readonly last: number
}

/** The system has more, but Node starts no process as one of those. */
const greatest = 2_147_483_647

/** Root, the gateway, and whom the system shows where a uid has no name in a container. */
const othersUids = [0, gatewayUser.uid, 65_534]

/** Parses `first-last`; undefined where that is no range, or one with a uid that children must not have. */
export function parseUidRange(text: string): UidRange | undefined {
  const [, first, last] = /^(\d{1,10})-(\d{1,10})$/.exec(text)?.map(Number) ?? []
  if (first === undefined || last === undefined || first > last || last > greatest) return undefined
  const range = { first, last }
  return othersUids.some((uid) => isInRange(uid, range)) ? undefined : range
}

export function isInRange(uid: number, { first, last }: UidRange): boolean {
  return first <= uid && uid <= last
}

/** How many uids there are in it. */
export function sizeOf({ first, last }: UidRange): number {
  return last - first + 1
}
