import { parseArgs } from 'node:util'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { fullSizes, quickSizes, type Sizes } from './sizes.ts'

/** What can be measured by itself. */
export const partNames = [
  'calls',
  'starts',
  'lists',
  'burst',
  'memory',
  'ready-child',
  'cold-wake',
  'held-sessions',
  'stderr-flood',
] as const

export type PartName = (typeof partNames)[number]

export interface Options {
  readonly parts: readonly PartName[]
  readonly sizes: Sizes
  readonly isQuick: boolean
  /** Floor and broker alone. */
  readonly withPeers: boolean
  /** Profile the broker instead of measuring. */
  readonly isProfile: boolean
}

export const usage = `npm run bench -- [--only PART]... [--rounds N] [--quick] [--no-peers]
npm run bench -- --profile

  --only PART   one of ${partNames.join(', ')}; may be given several times
  --rounds N    rounds of each part, 5 where nothing is said
  --quick       small numbers, to try the bench itself: its figures mean nothing
  --no-peers    only the floor and the broker
  --profile     measures nothing, and says where gateway and runner spend their time

Exit codes: 0 measured, whatever came out; 1 failed; 64 called wrongly.
`

/** Reads the command line; the failure says what is wrong with it. */
export function parseOptions(args: readonly string[]): Result<Options | 'help', string> {
  const read = readArguments(args)
  if (!read.ok) return read
  const given = read.value
  if (given.help === true) return ok('help')
  const { only = [], rounds, quick: isQuick = false } = given
  const unknown = only.find((name) => !isPartName(name))
  if (unknown !== undefined) return err(`There is no part ${unknown}.`)
  const sizes = isQuick ? quickSizes : fullSizes
  const wanted = rounds === undefined ? sizes.rounds : Number(rounds)
  if (!Number.isInteger(wanted) || wanted < 1) return err('--rounds takes a whole number from 1 on.')
  return ok({
    parts: only.length === 0 ? partNames : partNames.filter((name) => only.includes(name)),
    sizes: { ...sizes, rounds: wanted },
    isQuick,
    withPeers: given['no-peers'] !== true,
    isProfile: given.profile === true,
  })
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h' },
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
        quick: { type: 'boolean' },
        'no-peers': { type: 'boolean' },
        profile: { type: 'boolean' },
      },
    })
    return ok(values)
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}

function isPartName(name: string): name is PartName {
  return partNames.some((known) => known === name)
}
