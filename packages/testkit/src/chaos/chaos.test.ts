import { expect, test } from 'vitest'
import { runChaos } from './run-chaos.ts'
import { keptSeeds } from './seeds.ts'

/** One that nothing speaks for but that it is always the same. */
const ordinarySeed = 6

test.each([ordinarySeed, ...keptSeeds])(
  'whatever goes wrong, nothing is lost, done twice or left over (seed %i)',
  async (seed) => {
    const said: string[] = []
    const { findings } = await runChaos({ seed, faults: 14, signIns: 2, print: (line) => said.push(line) })
    expect(findings, `npm run chaos -- --seed ${seed} --faults 14 --sign-ins 2\n${said.join('\n')}`).toEqual([])
  },
  180_000,
)
