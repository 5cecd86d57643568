import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const parts = ['hostile.ts', 'hostile', 'serve-stdio.ts', 'child-tool.ts']

/**
 * Makes a program of the hostile child that needs nothing of the checkout, whose files another uid may not be able to reach; returns its
 * path.
 *
 * @param folder An existing one; the program and a folder `hostile` are put into it.
 * @param node Absolute path, as the child sees it, of the Node that runs the program: one that runs TypeScript.
 */
export async function copyHostileChild({ folder, node }: { readonly folder: string; readonly node: string }): Promise<string> {
  const source = join(folder, 'hostile')
  await mkdir(source)
  for (const part of parts) await cp(fileURLToPath(new URL(part, import.meta.url)), join(source, part), { recursive: true })
  await writeFile(join(source, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`)
  const path = join(folder, 'hostile.mjs')
  await writeFile(path, `#!${node}\nimport { runHostile } from './hostile/hostile.ts'\nawait runHostile()\n`, { mode: 0o755 })
  return path
}
