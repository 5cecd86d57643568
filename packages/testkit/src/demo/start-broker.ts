import { type BrokerProcess, startBrokerProcess } from '../broker-process.ts'
import type { DemoForgejo } from './make-believe-forgejo.ts'

/** Starts the broker as `npm start` does, with the settings that it requires. */
export function startBroker({
  publicUrl,
  forgejo,
  childPath,
  folder,
  searchPath,
}: {
  readonly publicUrl: string
  readonly forgejo: Pick<DemoForgejo, 'url' | 'clientId' | 'clientSecret'>
  readonly childPath: string
  readonly folder: string
  readonly searchPath: string
}): BrokerProcess {
  return startBrokerProcess({
    folder,
    environment: {
      PATH: searchPath,
      FJMCP_BROKER_PUBLIC_URL: publicUrl,
      FJMCP_BROKER_LISTEN: `127.0.0.1:${new URL(publicUrl).port}`,
      FORGEJO_URL: forgejo.url,
      FORGEJO_OAUTH_CLIENT_ID: forgejo.clientId,
      FORGEJO_OAUTH_CLIENT_SECRET: forgejo.clientSecret,
      FJMCP_BROKER_FORGEJO_MCP: childPath,
    },
  })
}

/** Whether the broker ended because another program had taken its port. */
export function isPortTaken(broker: BrokerProcess): boolean {
  return /FJMCP_BROKER_LISTEN: .*another program listens there/.test(broker.complaints())
}

/** Rejects when the broker ends, which it does not by itself. */
export async function rejectsOnEnd(broker: BrokerProcess): Promise<never> {
  const code = await broker.exited
  throw new Error(`The broker ended with ${code === undefined ? 'a signal' : `exit code ${code}`}.`)
}

/** What went wrong, then what the broker complained of and the end of its log. */
export function withBrokerLog(error: unknown, broker: BrokerProcess): Error {
  const lines = broker.log
    .slice(-10)
    .map(({ process: name, event, time: _time, level: _level, ...fields }) => `   ${name}: ${event} ${JSON.stringify(fields)}`)
  const what = error instanceof Error ? error.message : String(error)
  return new Error([what, broker.complaints().trimEnd(), ...lines].filter((line) => line !== '').join('\n'), { cause: error })
}
