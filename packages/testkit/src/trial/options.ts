import { parseArgs } from 'node:util'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'

export interface TrialOptions {
  /** Takes the images that an earlier call built. */
  readonly isBuilt: boolean
  readonly runArguments: readonly string[]
  readonly buildArguments: readonly string[]
}

export const trialUsage = `deploy/test-image [--built] [--run-arg ARG]… [-- ARGS OF podman build…]

Builds the image, and two of later versions with other schemas, and tries them with Podman, from a fresh volume to a downgrade.
Run it as root or, for rootless Podman, as any other user. What it makes it removes, but for the images.

  --built        take the images that an earlier call built
  --run-arg ARG  for podman run, such as --run-arg=--uidmap=0:100000:65536

Exit codes: 0 all as it should be, 1 not, 64 called wrongly.`

/** Reads the command line; the failure says what is wrong with it. */
export function parseTrialOptions(args: readonly string[]): Result<TrialOptions | 'help', string> {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  try {
    const { values } = parseArgs({
      args: args.slice(0, end),
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        built: { type: 'boolean', default: false },
        'run-arg': { type: 'string', multiple: true, default: [] },
      },
    })
    return ok(values.help ? 'help' : { isBuilt: values.built, runArguments: values['run-arg'], buildArguments: args.slice(end + 1) })
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}
