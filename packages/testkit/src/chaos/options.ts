import { parseArgs } from 'node:util'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { z } from 'zod'

export interface ChaosCommand {
  /** The first run's; each further run has the next one. Undefined: one that nobody chose. */
  readonly seed: number | undefined
  /** Runs begin until so much time is over; undefined: one run. */
  readonly minutes: number | undefined
  readonly faults: number
  readonly signIns: number
}

export const chaosUsage = `npm run chaos -- [--minutes N] [--seed N] [--faults N] [--sign-ins N]

Starts the whole broker with a make-believe Forgejo, has clients call it all the time and lets one thing after another go wrong.

  --minutes N   run after run for so long, each with the next seed; without it one run
  --seed N      begins with this one: with the same seed come the same faults, and each client does the same things in the same order
  --faults N    how many go wrong in one run (28)
  --sign-ins N  how many sign in; each is two clients (4)

Exit codes: 0 nothing was found, 1 something was, 64 called wrongly.`

/** Reads the command line; the failure says what is wrong with it. */
export function parseChaosOptions(args: readonly string[]): Result<ChaosCommand | 'help', string> {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        faults: { type: 'string', default: '28' },
        'sign-ins': { type: 'string', default: '4' },
      },
    })
    if (values.help) return ok('help')
    const read = optionsSchema.safeParse(values)
    return read.success ? ok(read.data) : err(read.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}.`).join('\n'))
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}

const aboveZero = { error: 'takes a number above 0' }
const fromZero = { error: 'takes a whole number from 0 on' }
const fromOne = { error: 'takes a whole number from 1 on' }

const optionsSchema = z
  .object({
    minutes: z.coerce.number(aboveZero).positive(aboveZero).optional(),
    seed: z.coerce.number(fromZero).int(fromZero).nonnegative(fromZero).optional(),
    faults: z.coerce.number(fromOne).int(fromOne).positive(fromOne),
    'sign-ins': z.coerce.number(fromOne).int(fromOne).positive(fromOne),
  })
  .transform(({ minutes, seed, faults, 'sign-ins': signIns }): ChaosCommand => ({ minutes, seed, faults, signIns }))
