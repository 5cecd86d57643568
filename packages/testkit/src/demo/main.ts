import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrokerProcess } from '../broker-process.ts'
import { findFreePort } from '../free-port.ts'
import { chooseChild } from './child-program.ts'
import { instructions } from './instructions.ts'
import { type DemoForgejo, startMakeBelieveForgejo } from './make-believe-forgejo.ts'
import { type DemoOptions, demoUsage, parseDemoOptions } from './options.ts'
import { startBroker } from './start-broker.ts'
import { demoUsers, showOneUser, showTwoUsers } from './steps.ts'

const options = readOptions()
const stopping = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.resolve())
process.exitCode = await runDemo(options)

async function runDemo({ once, forgejo: real }: DemoOptions): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-demo-'))
  let forgejo: DemoForgejo | undefined
  let broker: BrokerProcess | undefined
  try {
    const publicUrl = `http://localhost:${await findFreePort(8080)}`
    const searchPath = process.env['PATH'] ?? ''
    const child = await chooseChild({ named: process.env['FJMCP_BROKER_FORGEJO_MCP'], searchPath, folder })
    print(`Child program: ${child.description}`)
    forgejo = real === undefined ? await startMakeBelieveForgejo(`${publicUrl}/oauth/callback`) : { ...real, close: async () => {} }
    print(`Forgejo: ${forgejo.url}${real === undefined ? ' (make-believe, in memory)' : ''}`)
    broker = await startBroker({ publicUrl, forgejo, childPath: child.path, folder, searchPath })
    print(`Broker: ${publicUrl} (runner and gateway are up)`)
    const showing = { mcpUrl: `${publicUrl}/mcp`, print }
    const shown = real === undefined ? showTwoUsers(showing) : showOneUser(showing)
    await Promise.race([shown, stopping.promise])
    if (once) return 0
    print(instructions({ publicUrl, users: real === undefined ? Object.values(demoUsers) : [] }))
    await Promise.race([stopping.promise, broker.exited])
    return 0
  } catch (error) {
    print(`The demo failed: ${error instanceof Error ? error.message : String(error)}`)
    for (const { event, process: name, ...fields } of broker?.log.slice(-10) ?? []) print(`   ${name}: ${event} ${JSON.stringify(fields)}`)
    return 1
  } finally {
    await broker?.stop()
    await forgejo?.close()
    await rm(folder, { recursive: true, force: true })
  }
}

function readOptions(): DemoOptions {
  try {
    return parseDemoOptions(process.argv.slice(2))
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n\n${demoUsage}`)
    process.exit(64)
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
