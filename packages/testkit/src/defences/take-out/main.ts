import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { allDefences } from '../all-defences.ts'
import type { Defence } from '../defence.ts'
import { copyCheckout } from './copy-checkout.ts'
import { runProofs } from './run-proofs.ts'

// Called by `npm run test:defences`: takes out one defence after the other and looks whether the test that proves it fails.
// With words, only the defences whose handler, attack or file has one of them.
const words = process.argv.slice(2)
const chosen = allDefences.flatMap(({ handler, defences }) =>
  defences
    .filter(({ attack, stoppedIn }) => words.length === 0 || words.some((word) => `${handler} ${attack} ${stoppedIn}`.includes(word)))
    .map((defence) => Object.assign({ handler }, defence)),
)

process.exitCode = (await takeOutAll()) ? 0 : 1

/** Whether all are proven. The copy is gone when it returns. */
async function takeOutAll(): Promise<boolean> {
  await using copy = await copyCheckout()
  const whole = await runProofs(
    copy.folder,
    chosen.map(({ proof }) => proof),
  )
  if (whole.failed > 0 || whole.passed < new Set(chosen.map(({ proof }) => proof.test)).size) {
    console.log(`With every defence in place ${whole.passed} proofs pass and ${whole.failed} fail: mend that first.\n${whole.output}`)
    return false
  }

  let unproven = 0
  for (const defence of chosen) {
    const verdict = await takeOut(copy.folder, defence)
    if (verdict !== 'proven') unproven += 1
    console.log(
      `${verdict === 'proven' ? 'proven  ' : 'UNPROVEN'}  ${defence.handler}: ${defence.attack}${verdict === 'proven' ? '' : ` (${verdict})`}`,
    )
  }
  console.log(`\n${chosen.length - unproven} proven, ${unproven} unproven`)
  return unproven === 0
}

async function takeOut(folder: string, { stoppedIn, proof, takenOut }: Defence): Promise<string> {
  const path = join(folder, takenOut.file ?? stoppedIn)
  const source = await readFile(path, 'utf8')
  await writeFile(
    path,
    source.replace(takenOut.code, () => takenOut.replacement),
  )
  try {
    const { passed, failed, output } = await runProofs(folder, [proof])
    if (failed > 0) return 'proven'
    return passed > 0 ? `${proof.file} passes without it` : `${proof.file} did not run: ${output.slice(-500)}`
  } finally {
    await writeFile(path, source)
  }
}
