import { resolve } from 'node:path'
import { createChildProgram } from '@fjmcp-broker/testkit/children/child-program'
import { findFreePort } from '@fjmcp-broker/testkit/free-port'
import { startApi } from './api/start-api.ts'
import type { Bench, Sample } from './bench.ts'
import type { Figures } from './figures.ts'
import type { Options, PartName } from './options.ts'
import { calls } from './parts/calls.ts'
import { compare } from './parts/compare.ts'
import { measureHeldSessions } from './parts/held-sessions.ts'
import { lists } from './parts/lists.ts'
import { memory } from './parts/memory.ts'
import { measureColdWake, measureReadyChild } from './parts/ready-child.ts'
import { measureStderrFlood } from './parts/stderr-flood.ts'
import { burst, starts } from './parts/starts.ts'
import { profileBroker } from './profile/profile-broker.ts'
import { installPeers, peerNames, readPeerVersions } from './subjects/peer-programs.ts'
import { createResults, resultsPath, writeResult } from './report/results.ts'
import { describeInWords, describeMachine } from './report/machine.ts'
import { summarize } from './report/summary.ts'
import { writeTable, writeVerdicts } from './report/table.ts'
import { raisedLimits } from './subjects/broker.ts'
import { targets } from './targets.ts'

const resultsFolder = resolve(import.meta.dirname, 'results')

/** Runs the parts one after the other, writes the results, and returns the tables. */
export async function runBench({
  options,
  folder,
  namedChild,
}: {
  readonly options: Options
  /** An empty one, for programs that are made. */
  readonly folder: string
  /** The real forgejo-mcp; the testkit's where it is undefined or empty. */
  readonly namedChild: string | undefined
}): Promise<string> {
  const isReal = namedChild !== undefined && namedChild !== ''
  const program = isReal ? resolve(namedChild) : await createChildProgram({ kind: 'forgejo-mcp', folder })
  const machine = describeMachine(program)
  const missingPeers = options.withPeers && !options.isProfile ? installPeers() : 'left out by the arguments'
  const brokerPort = await findFreePort(0)
  const notes: string[] = []
  const note = (line: string): void => {
    progress(line)
    notes.push(line)
  }
  if (options.isQuick) note('A quick run: no figure means anything.')
  if (!isReal) note('Without the real forgejo-mcp, which FJMCP_BROKER_FORGEJO_MCP names: what is to win was set with it.')
  if (missingPeers !== undefined) note(`Without the peers: ${missingPeers}`)
  const api = await startApi(`http://127.0.0.1:${brokerPort}/oauth/callback`)
  const bench: Bench = {
    sizes: options.sizes,
    compared: ['floor', 'broker', ...(missingPeers === undefined ? peerNames : [])],
    start: {
      program,
      arguments: ['--transport', 'stdio', '--url', api.url],
      environment: { FORGEJO_URL: api.url, FORGEJO_ACCESS_TOKEN: 'a-token-of-the-bench' },
    },
    forgejoUrl: api.url,
    brokerPort,
    folder,
    progress,
    note,
  }
  const settings = {
    sizes: options.sizes,
    isQuick: options.isQuick,
    isRealChild: isReal,
    raisedLimits,
    peers: missingPeers ?? readPeerVersions(),
  }
  const at = new Date()
  const results = createResults(resultsFolder, { at, asked: options.parts, machine, settings })
  try {
    if (options.isProfile) return await writeProfile(bench, resultsPath(resultsFolder, at, '-profile.txt'))
    for (const part of options.parts) results.add(part, await runPart(bench, part), notes)
  } finally {
    await api.stop()
  }
  const { sizes } = options
  const summaries = summarize(results.samples)
  return [
    writeTable(summaries, sizes),
    // Targets are for the full sizes.
    ...(options.isQuick ? [] : [writeVerdicts({ targets, summaries, sizes })]),
    ...notes.map((line) => `${line}\n`),
    `${describeInWords(machine)}\nLimits of the broker that were raised: ${Object.keys(raisedLimits).join(', ')}.\nWritten to ${results.file}\n`,
  ].join('\n')
}

async function runPart(bench: Bench, part: PartName): Promise<readonly Sample[]> {
  switch (part) {
    case 'calls':
      return await compare(bench, calls)
    case 'starts':
      return await compare(bench, starts)
    case 'lists':
      return await compare(bench, lists)
    case 'burst':
      return await compare(bench, burst)
    case 'memory':
      return await compare(bench, memory)
    case 'ready-child':
      return ofBroker(part, await measureReadyChild(bench))
    case 'cold-wake':
      return ofBroker(part, await measureColdWake(bench))
    case 'held-sessions':
      return ofBroker(part, await measureHeldSessions(bench))
    case 'stderr-flood':
      return ofBroker(part, await measureStderrFlood(bench))
  }
}

function ofBroker(part: PartName, rounds: readonly Figures[]): readonly Sample[] {
  return rounds.map((figures, index) => ({ subject: 'broker', part, round: index + 1, figures }))
}

async function writeProfile(bench: Bench, file: string): Promise<string> {
  const text = await profileBroker(bench)
  writeResult(file, text)
  return `${text}\nWritten to ${file}\n`
}

function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}
