import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { listenForStop } from '@fjmcp-broker/shared/process/stop-request'
import { allDefences } from '../all-defences.ts'
import type { Defence } from '../defence.ts'
import { chooseDefences } from './choose-defences.ts'
import { copyCheckout } from './copy-checkout.ts'
import { runProofs } from './run-proofs.ts'

// Called by `npm run test:defences`: takes out one defence after the other and looks whether the test that proves it fails.
// With words, only the defences whose handler, attack or file has one of them.
const words = process.argv.slice(2)
const chosen = chooseDefences(allDefences, words)
const stop = listenForStop({ source: process, signals: ['SIGINT', 'SIGTERM', 'SIGHUP'], clock: Date.now })

process.exitCode = await main()

async function main(): Promise<number> {
  if (chosen.length > 0) return (await takeOutAll()) ? 0 : 1
  console.error(`No defence has one of these in its handler, attack or file: ${words.join(' ')}. docs/design.md lists them all.`)
  return exitCode.usage
}

/** Whether all are proven. The copy is gone when it returns, also where it was interrupted. */
async function takeOutAll(): Promise<boolean> {
  await using copy = await copyCheckout()
  const { folder } = copy
  const proofs = chosen.map(({ proof }) => proof)
  const fewest = new Set(proofs.map(({ test }) => test)).size
  console.log(`${fewest} ${fewest === 1 ? 'proof' : 'proofs'} with every defence in place first`)
  const whole = await runProofs({ folder, proofs, stopping: stop.asked })
  if (stop.asked.aborted) return sayInterrupted()
  if (whole.failed > 0 || whole.passed < fewest) {
    console.log(`With every defence in place ${whole.passed} proofs pass and ${whole.failed} fail: mend that first.\n${whole.output}`)
    return false
  }

  let unproven = 0
  for (const defence of chosen) {
    const verdict = await takeOut(folder, defence)
    if (stop.asked.aborted) return sayInterrupted()
    if (verdict !== 'proven') unproven += 1
    console.log(
      `${verdict === 'proven' ? 'proven  ' : 'UNPROVEN'}  ${defence.handler}: ${defence.attack}${verdict === 'proven' ? '' : ` (${verdict})`}`,
    )
  }
  console.log(`\n${chosen.length - unproven} proven, ${unproven} unproven`)
  return unproven === 0
}

function sayInterrupted(): false {
  console.log('Interrupted. The copy of the checkout is removed.')
  return false
}

async function takeOut(folder: string, { stoppedIn, proof, takenOut }: Defence): Promise<string> {
  const path = join(folder, takenOut.file ?? stoppedIn)
  const source = await readFile(path, 'utf8')
  await writeFile(
    path,
    source.replace(takenOut.code, () => takenOut.replacement),
  )
  try {
    const { passed, failed, output } = await runProofs({ folder, proofs: [proof], stopping: stop.asked })
    if (failed > 0) return 'proven'
    return passed > 0 ? `${proof.file} passes without it` : `${proof.file} did not run: ${output.slice(-500)}`
  } finally {
    await writeFile(path, source)
  }
}
