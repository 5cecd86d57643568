import { cp, mkdir, mkdtemp, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { inCheckout } from '../../generated-documents/files.ts'

/** A copy of the checkout that may be broken, with the same dependencies installed. */
export interface CheckoutCopy extends AsyncDisposable {
  readonly folder: string
}

export async function copyCheckout(): Promise<CheckoutCopy> {
  const root = fileURLToPath(inCheckout('.'))
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-defences-'))
  const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  for (const path of stdout.split('\n')) await copyFile(join(root, path), join(folder, path))
  await linkDependencies(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const workspace of ['apps', 'packages']) await linkNested(join(root, workspace), join(folder, workspace))
  // What the tests started may still be writing for a moment where they were interrupted.
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }) }
}

/** Links to what is installed; what is a workspace of the checkout becomes one of the copy. */
async function linkDependencies(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.name === '@fjmcp-broker') await linkDependencies(source, target)
    else if (entry.isSymbolicLink() && from.endsWith('@fjmcp-broker')) await symlink(await readlink(source), target)
    else await symlink(source, target)
  }
}

/** A workspace whose version of something differs has it in a folder of its own. */
async function linkNested(from: string, to: string): Promise<void> {
  for (const workspace of await readdir(from)) {
    await symlink(join(from, workspace, 'node_modules'), join(to, workspace, 'node_modules')).catch(() => {})
  }
}

/** Deleted files are still listed until they are committed. */
async function copyFile(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await cp(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
