import { parseArgs } from 'node:util'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { forgejoUrl } from '@fjmcp-broker/shared/settings'

export interface DemoOptions {
  /** End after the steps instead of staying up. */
  readonly once: boolean
  /** A real Forgejo to run against; the make-believe one where absent. */
  readonly forgejo?: { readonly url: string; readonly clientId: string; readonly clientSecret: string } | undefined
}

export const demoUsage = `npm run demo                 the whole broker on loopback, with a make-believe Forgejo
npm run demo -- --once       the same, ending after the steps
npm run demo -- --forgejo URL --client-id ID --client-secret SECRET
                             the same against a real Forgejo; register http://localhost:8080/oauth/callback there
npm run demo -- --help       this text

Exit codes: 0 done, 1 failed, 64 called wrongly, 130 stopped before the steps were done.`

/** Reads the command line; the failure says what is wrong with it. */
export function parseDemoOptions(args: readonly string[]): Result<DemoOptions | 'help', string> {
  const read = readArguments(args)
  if (!read.ok) return read
  const { help, once, forgejo, 'client-id': clientId, 'client-secret': clientSecret } = read.value
  if (help) return ok('help')
  if (forgejo === undefined && clientId === undefined && clientSecret === undefined) return ok({ once })
  if (!forgejo || !clientId || !clientSecret) {
    return err('A real Forgejo needs all three: --forgejo, --client-id and --client-secret.')
  }
  const url = forgejoUrl.safeParse(forgejo)
  if (!url.success) return err(`--forgejo: ${url.error.issues.map(({ message }) => message).join(', ')}`)
  return ok({ once, forgejo: { url: url.data, clientId, clientSecret } })
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        once: { type: 'boolean', default: false },
        forgejo: { type: 'string' },
        'client-id': { type: 'string' },
        'client-secret': { type: 'string' },
      },
    })
    return ok(values)
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error))
  }
}
