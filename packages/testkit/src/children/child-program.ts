import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MisbehavingKind } from './misbehaving.ts'

/** `forgejo-mcp` behaves; `stepwise` too, and has the tools of `createSteppingTools` besides. What the others do is told at `MisbehavingKind`. */
export type ChildKind = 'forgejo-mcp' | 'stepwise' | MisbehavingKind

/**
 * Makes a program of one of the test children and returns its path: one executable file that needs no PATH and no environment to
 * start, as the broker starts it with neither.
 *
 * @param folder An existing one, in which the program stays until somebody removes the folder.
 */
export async function createChildProgram({ kind, folder }: { readonly kind: ChildKind; readonly folder: string }): Promise<string> {
  const path = join(folder, `${kind}-${randomUUID().slice(0, 8)}.mjs`)
  await writeFile(path, `#!${process.execPath}\n${sourceOf(kind)}\n`, { mode: 0o755 })
  return path
}

function sourceOf(kind: ChildKind): string {
  if (kind === 'forgejo-mcp') return `import { runForgejoMcp } from ${addressOf('forgejo-mcp.ts')}\nawait runForgejoMcp()`
  if (kind === 'stepwise') {
    return `import { runForgejoMcp } from ${addressOf('forgejo-mcp.ts')}
import { createSteppingTools } from ${addressOf('tools/stepping.ts')}
await runForgejoMcp(createSteppingTools)`
  }
  return `import { runMisbehaving } from ${addressOf('misbehaving.ts')}\nawait runMisbehaving(${JSON.stringify(kind)})`
}

function addressOf(file: string): string {
  return JSON.stringify(new URL(`./${file}`, import.meta.url).href)
}
