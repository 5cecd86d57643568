import { randomInt } from 'node:crypto'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { chaosUsage, parseChaosOptions } from './options.ts'
import { runChaos } from './run-chaos.ts'

process.exitCode = await main()

async function main(): Promise<number> {
  const options = parseChaosOptions(process.argv.slice(2))
  if (!options.ok) {
    console.error(`${options.error}\n\n${chaosUsage}`)
    return exitCode.usage
  }
  if (options.value === 'help') {
    console.log(chaosUsage)
    return 0
  }
  const { minutes = 0, seed: first = randomInt(1_000_000), faults, signIns } = options.value
  const endAtMs = performance.now() + minutes * 60_000
  const failed: number[] = []
  let seed = first
  do {
    console.log(`Seed ${seed}`)
    const { findings, counts } = await runChaos({ seed, faults, signIns, print: console.log })
    for (const [way, count] of [...counts].toSorted()) console.log(`   ${String(count).padStart(6)}  ${way}`)
    if (findings.length > 0) failed.push(seed)
    seed += 1
  } while (performance.now() < endAtMs)
  console.log(`${seed - first} runs, ${failed.length} found something`)
  for (const one of failed) console.log(`   again: npm run chaos -- --seed ${one} --faults ${faults} --sign-ins ${signIns}`)
  return failed.length === 0 ? 0 : 1
}
