import { gatewayUser } from '@fjmcp-broker/shared/gateway-user'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import type { Privileges } from './privileges.ts'
import { isInRange, type UidRange } from './uid-range.ts'

/** How the processes are kept apart. `none`: all run under our uid, and `warning` says why where it was asked otherwise. */
export type Isolation =
  | { readonly kind: 'none'; readonly warning: string | undefined }
  /** The gateway runs as `gatewayUser`, each child as another uid of the range. */
  | { readonly kind: 'uid'; readonly childUids: UidRange }

const neededCapabilities = { KILL: 5n, SETGID: 6n, SETUID: 7n }

/**
 * Decides how processes are kept apart; what was asked for and cannot be had is a failure, for the operator, with its remedy.
 *
 * @param childUids Undefined where no isolation is asked for.
 * @see capabilities(7), user_namespaces(7)
 */
export function decideIsolation(childUids: UidRange | undefined, privileges: Privileges): Result<Isolation, string> {
  if (childUids === undefined) return ok({ kind: 'none', warning: undefined })
  if (privileges.uid !== 0) return ok({ kind: 'none', warning: notRoot(privileges.uid) })
  if (privileges.status === '') return refuse('/proc cannot be read, where processes are found by their uid.', 'Mount it.')
  const missing = findMissingCapabilities(privileges.status)
  if (missing.length > 0) {
    return refuse(
      `the broker lacks the ${missing.length === 1 ? 'capability' : 'capabilities'} ${missing.join(', ')}.`,
      `Start the container with --cap-add=${missing.join(',').toLowerCase()} (AddCapability= in a Quadlet unit), or as uid ${gatewayUser.uid}, without isolation.`,
    )
  }
  const unmapped = findUnmapped('uid', privileges.uidMap, childUids) ?? findUnmapped('gid', privileges.gidMap, childUids)
  return unmapped === undefined ? ok({ kind: 'uid', childUids }) : unmapped
}

function notRoot(uid: number): string {
  return `FJMCP_BROKER_CHILD_UIDS is set, but only root can give every child a uid of its own: all of the broker runs as uid ${uid}, and the child program can read its secrets`
}

function findMissingCapabilities(status: string): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`)
  return Object.entries(neededCapabilities)
    .filter(([, bit]) => ((effective >> bit) & 1n) === 0n)
    .map(([name]) => name)
}

/** A failure where the gateway's id or one of the children's is none here: each line of the map is first id here, first id outside, count. */
function findUnmapped(kind: 'uid' | 'gid', map: string, childUids: UidRange): Result<Isolation, string> | undefined {
  const mapped = map
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([first = Number.NaN, , count = 0]) => (count > 0 ? [{ first, last: first + count - 1 }] : []))
    .sort((a, b) => a.first - b.first)
  const known = `This user namespace has the ${kind}s ${mapped.map(({ first, last }) => `${first}-${last}`).join(', ') || '(none)'}.`
  if (!mapped.some((range) => isInRange(gatewayUser[kind], range))) {
    return refuse(`the ${kind} ${gatewayUser[kind]} of the gateway does not exist here. ${known}`, moreIds)
  }
  return isCovered(childUids, mapped)
    ? undefined
    : refuse(
        `not all ${kind}s from ${childUids.first} to ${childUids.last} exist here. ${known}`,
        `Choose a range within these. Or: ${moreIds}`,
      )
}

const moreIds =
  'Give the user who runs the container at least 65536 of them in /etc/subuid and /etc/subgid, then `podman system migrate`; with UserNS= or --uidmap, map as many.'

/** @param ranges Ascending. */
function isCovered({ first, last }: UidRange, ranges: readonly UidRange[]): boolean {
  let next = first
  for (const range of ranges) if (isInRange(next, range)) next = range.last + 1
  return next > last
}

function refuse(what: string, remedy: string): Result<never, string> {
  return err(`FJMCP_BROKER_CHILD_UIDS: children cannot get uids of their own: ${what} ${remedy}`)
}
