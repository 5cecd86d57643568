import { chmodSync, cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { migrationsFolder } from '@fjmcp-broker/drizzle/migrations-folder'
import { nonblockFolder } from '@fjmcp-broker/runner/process/nonblock'
import { build } from 'esbuild'

const main = fileURLToPath(import.meta.resolve('@fjmcp-broker/command/main'))

/**
 * Makes `fjmcp-broker.js` of the whole program, with its migrations, the programs `nonblock`, and the parts that it loads when a command needs them beside it. Node
 * then starts it in a fifth of a second, where finding and reading two thousand source files takes several times as long. `libsql` stays
 * outside, since it brings a native library: it has to be found in a `node_modules` above the folder.
 *
 * @param folder An existing one.
 * @param node Absolute path of the Node that runs the program.
 * @returns The path of the program.
 */
export async function bundle({ folder, node }: { readonly folder: string; readonly node: string }): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [main],
    outdir: folder,
    entryNames: 'fjmcp-broker',
    splitting: true,
    write: false,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node26',
    external: ['libsql'],
    legalComments: 'none',
    // The CommonJS packages in it ask for Node's modules by `require`.
    banner: { js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)" },
  })
  for (const { path, text } of outputFiles) writeFileSync(path, text.replace(/^#!.*\n/, `#!${node}\n`))
  const program = join(folder, 'fjmcp-broker.js')
  chmodSync(program, 0o755)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'module' })}\n`)
  cpSync(migrationsFolder, join(folder, 'migrations'), { recursive: true })
  cpSync(nonblockFolder, join(folder, 'nonblock'), { recursive: true, filter: (path) => !path.endsWith('.ts') })
  return program
}
