import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { type ChildTool, childTool, textProperty, textResult } from './child-tool.ts'
import { attackFiles } from './hostile/attack-files.ts'
import { attackIdentity } from './hostile/attack-identity.ts'
import { attackNetwork } from './hostile/attack-network.ts'
import { attackProcesses } from './hostile/attack-processes.ts'
import { leaveBehind } from './hostile/leave-behind.ts'
import { parseTargets } from './hostile/targets.ts'
import { serveStdio } from './serve-stdio.ts'

/**
 * Runs this process as a child that tries, when told to, everything that a child must not be able to do. It imports nothing but Node's own
 * modules and the files beside it, so that a copy of these runs anywhere, under any uid.
 *
 * @public Imported by the program that `copyHostileChild` writes.
 */
export async function runHostile(): Promise<void> {
  await serveStdio({
    server: { name: 'Hostile MCP Server', version: '0.0.0', tools },
    input: process.stdin,
    output: process.stdout,
    stop: new AbortController().signal,
  })
}

const tools: readonly ChildTool[] = [
  childTool({
    name: 'describe_process',
    description: 'Tells who this process is, and which files it was given.',
    call: async () => textResult(describeProcess()),
  }),
  childTool({
    name: 'try_everything',
    description: 'Tries all that it should not be able to do, and tells of each attempt what came of it.',
    properties: { targets: textProperty('What to go for, as JSON') },
    async call(input) {
      const targets = parseTargets(input.text('targets'))
      return textResult([
        ...(await attackIdentity()),
        ...(await attackFiles(targets)),
        ...(await attackNetwork(targets)),
        ...(await attackProcesses(targets)),
      ])
    },
  }),
  childTool({
    name: 'leave_behind',
    description: 'Leaves processes and files for the next child of this uid; tells which.',
    properties: { roots: textProperty('Folders to leave files in, as JSON') },
    call: async (input) => textResult(await leaveBehind(JSON.parse(input.text('roots')) as readonly string[])),
  }),
]

function describeProcess(): object {
  return {
    pid: process.pid,
    uid: process.getuid?.(),
    gid: process.getgid?.(),
    groups: process.getgroups?.(),
    umask: process.umask(),
    folder: process.cwd(),
    capabilities: /^CapPrm:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1],
    files: listFiles(),
  }
}

/** The open files that are not Node's own: those are pipes to itself, `/dev/null`, and what has no place in a file system. */
function listFiles(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((number) => {
    const target = readTarget(number)
    return target === undefined || /^(pipe:|anon_inode:|\/dev\/null$)/.test(target) ? [] : [number]
  })
}

/** Undefined for the file that listing them had opened. */
function readTarget(number: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${number}`)
  } catch {
    return undefined
  }
}
