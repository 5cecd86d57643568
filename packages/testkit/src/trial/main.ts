import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { buildImages, images } from './build-images.ts'
import { parseTrialOptions, trialUsage } from './options.ts'
import { showChaos } from './scenarios/chaos.ts'
import { showCommands } from './scenarios/commands.ts'
import { showIsolation } from './scenarios/isolation.ts'
import { showKilledInWrites } from './scenarios/killed-in-writes.ts'
import { showLifecycle } from './scenarios/lifecycle.ts'
import { showRefusedStarts } from './scenarios/refused-starts.ts'
import { showUpgrade } from './scenarios/upgrade.ts'
import { createTrial } from './trial.ts'

process.exitCode = await main()

async function main(): Promise<number> {
  const options = parseTrialOptions(process.argv.slice(2))
  if (!options.ok) {
    console.error(`${options.error}\n\n${trialUsage}`)
    return exitCode.usage
  }
  if (options.value === 'help') {
    console.log(trialUsage)
    return 0
  }
  const { isBuilt, runArguments, buildArguments } = options.value
  if (!isBuilt) await buildImages(buildArguments)
  return tryScenarios(runArguments)
}

async function tryScenarios(runArguments: readonly string[]): Promise<number> {
  const scenarios = [
    { title: 'From a fresh volume to the second start', show: showLifecycle },
    { title: 'Killed in the middle of writes', show: showKilledInWrites },
    { title: 'Commands beside the running broker', show: showCommands },
    { title: 'A hostile child', show: showIsolation },
    { title: 'Starts that are refused', show: showRefusedStarts },
    { title: 'Upgrade and downgrade', show: showUpgrade },
    { title: 'Chaos: kills and upgrades under load', show: showChaos },
  ]
  let failed = 0
  for (const { title, show } of scenarios) {
    console.log(title)
    const trial = await createTrial({ place: { image: images.current, runArguments }, print: console.log })
    try {
      await show(trial)
    } catch (error) {
      failed += 1
      console.log(`   FAILED  ${error instanceof Error ? error.stack : String(error)}`)
    } finally {
      await trial.close()
    }
  }
  console.log(`${scenarios.length - failed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}
