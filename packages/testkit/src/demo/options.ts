import { parseArgs } from 'node:util'

export interface DemoOptions {
  /** End after the steps instead of staying up. */
  readonly once: boolean
  /** A real Forgejo to run against; the make-believe one where absent. */
  readonly forgejo?: { readonly url: string; readonly clientId: string; readonly clientSecret: string } | undefined
}

export const demoUsage = `npm run demo                 the whole broker on loopback, with a make-believe Forgejo
npm run demo -- --once       the same, ending after the steps (exit code 0 or 1)
npm run demo -- --forgejo URL --client-id ID --client-secret SECRET
                             the same against a real Forgejo; register http://localhost:8080/oauth/callback there`

/** Reads the command line; throws with what is wrong. */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      forgejo: { type: 'string' },
      'client-id': { type: 'string' },
      'client-secret': { type: 'string' },
    },
  })
  const given = [values.forgejo, values['client-id'], values['client-secret']]
  if (given.every((value) => value === undefined)) return { once: values.once }
  const [url, clientId, clientSecret] = given
  if (url === undefined || clientId === undefined || clientSecret === undefined) {
    throw new Error('A real Forgejo needs all three: --forgejo, --client-id and --client-secret.')
  }
  return { once: values.once, forgejo: { url, clientId, clientSecret } }
}
