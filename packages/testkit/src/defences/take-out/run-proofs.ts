import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import type { Defence } from '../defence.ts'

export interface ProofResult {
  readonly passed: number
  readonly failed: number
  /** What the runner said, where not one of the tests ran. */
  readonly output: string
}

const report = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ status: z.string() })) })),
})

/**
 * Runs the tests that prove these defences, in a copy of the checkout.
 *
 * @param stopping Ends the tests, of which then none has passed or failed.
 */
export async function runProofs({
  folder,
  proofs,
  stopping,
}: {
  readonly folder: string
  readonly proofs: readonly Defence['proof'][]
  readonly stopping: AbortSignal
}): Promise<ProofResult> {
  const files = [...new Set(proofs.map(({ file }) => file))]
  const pattern = proofs.map(({ test }) => titlePattern(test)).join('|')
  const outputFile = join(folder, 'proofs.json')
  const args = ['run', ...files, '-t', `(?:${pattern})$`, '--reporter=json', `--outputFile=${outputFile}`]
  const { all } = await execa(join(folder, 'node_modules/.bin/vitest'), args, {
    cwd: folder,
    reject: false,
    all: true,
    cancelSignal: stopping,
  })
  if (stopping.aborted) return { passed: 0, failed: 0, output: all }
  const { testResults } = report.parse(JSON.parse(await readFile(outputFile, 'utf8')))
  const statuses = testResults.flatMap(({ assertionResults }) => assertionResults.map(({ status }) => status))
  const count = (wanted: string) => statuses.filter((status) => status === wanted).length
  return { passed: count('passed'), failed: count('failed'), output: all }
}

/** A title as a regular expression; the placeholders of a table stand for anything. */
function titlePattern(title: string): string {
  return title
    .split(/%[sdifjo#%]|\$[\w.]+/)
    .map((text) => text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join('.*')
}
