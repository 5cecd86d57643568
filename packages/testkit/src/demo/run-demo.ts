import { chooseChild } from './child-program.ts'
import { instructions } from './instructions.ts'
import type { DemoOptions } from './options.ts'
import { rejectsOnAbort } from './rejects-on-abort.ts'
import { rejectsOnEnd, withBrokerLog } from './start-broker.ts'
import { type DemoParts, startParts } from './start-parts.ts'
import { demoUsers, type Print, showOneUser, showTwoUsers } from './steps.ts'
import { type DemoStop, interruptedCode } from './stop-request.ts'

interface Demo {
  readonly options: DemoOptions
  readonly environment: Readonly<Record<string, string | undefined>>
  /** An existing one for all that is written, which the caller removes. */
  readonly folder: string
  readonly stop: DemoStop
  readonly print: Print
  readonly complain: Print
}

/** Shows the broker at work and, if wanted, stays up until it is asked to stop. Returns the exit code; nothing is left running then. */
export async function runDemo(demo: Demo): Promise<number> {
  const { options, environment, folder, stop, print, complain } = demo
  const searchPath = environment['PATH'] ?? ''
  const child = await chooseChild({ named: environment['FJMCP_BROKER_FORGEJO_MCP'], searchPath, folder })
  if (!child.ok) {
    complain(child.error)
    return 1
  }
  print(`Child program: ${child.value.description}`)
  print(`Starting the broker${options.forgejo === undefined ? ' and a make-believe Forgejo' : ''} …`)
  try {
    const parts = await startParts({ forgejo: options.forgejo, childPath: child.value.path, folder, searchPath, stop })
    try {
      await show(demo, parts)
    } finally {
      await parts.close()
    }
    return 0
  } catch (error) {
    if (stop.asked.aborted) return interruptedCode
    complain(`The demo failed: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}

/** Settles when the demo is over; rejects when something went wrong, or when it is asked to stop before the steps are done. */
async function show({ options, stop, print }: Demo, { publicUrl, forgejoUrl, broker }: DemoParts): Promise<void> {
  const isReal = options.forgejo !== undefined
  print(
    isReal
      ? `Forgejo: ${forgejoUrl} (its application needs the redirect URI ${publicUrl}/oauth/callback)`
      : `Forgejo: ${forgejoUrl} (make-believe, in memory)`,
  )
  print(`Broker: ${publicUrl} (runner and gateway are up)`)
  const ended = rejectsOnEnd(broker)
  const steps = { mcpUrl: `${publicUrl}/mcp`, print, signal: stop.asked }
  try {
    await Promise.race([isReal ? showOneUser(steps) : showTwoUsers(steps), ended, rejectsOnAbort(stop.asked)])
    if (options.once) return
    print(instructions({ publicUrl, users: isReal ? [] : Object.values(demoUsers) }))
    await Promise.race([ended, rejectsOnAbort(stop.asked)]).catch((error: unknown) => {
      if (!stop.asked.aborted) throw error
    })
  } catch (error) {
    throw withBrokerLog(error, broker)
  }
}
