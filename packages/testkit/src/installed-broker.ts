import { chmodSync, cpSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { chown, cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundle } from '@fjmcp-broker/image/bundle'
import { gatewayUser } from '@fjmcp-broker/shared/gateway-user'
import type { BrokerCommand } from './broker-process.ts'
import { copyHostileChild } from './children/copy-hostile-child.ts'

/** The broker as the image has it, in a folder whose programs every uid may run: the checkout may be for its owner alone. */
export interface InstalledBroker {
  readonly command: BrokerCommand
  /** The path of the hostile child. */
  readonly hostileChild: string
  /** The gateway's own. */
  readonly dataFolder: string
  /** To be made by the broker. */
  readonly socketFolder: string
  /** What all of it is in. */
  readonly folder: string
  /** Removes what a broker made, so that the next one starts anew. */
  empty(): Promise<void>
  remove(): Promise<void>
}

/** Installs the broker as one folder with a Node of its own. Needs root, who gives the data to the gateway. */
export async function installBroker(): Promise<InstalledBroker> {
  const folder = await mkdtemp(join(tmpdir(), 'fjmcp-installed-'))
  const [app, node] = [join(folder, 'app'), join(folder, 'node')]
  const [dataFolder, socketFolder] = [join(folder, 'data'), join(folder, 'run')]
  mkdirSync(app)
  await cp(process.execPath, node)
  for (const name of nativePackages())
    cpSync(join(packages, name), join(folder, 'node_modules', name), { recursive: true, dereference: true })
  const program = await bundle({ folder: app, node })
  const hostileChild = await copyHostileChild({ folder: app, node })
  openToAll(folder)
  await makeDataFolder()
  return {
    command: [node, program],
    hostileChild,
    dataFolder,
    socketFolder,
    folder,
    async empty() {
      for (const made of [dataFolder, socketFolder]) await rm(made, { recursive: true, force: true })
      await makeDataFolder()
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  }

  async function makeDataFolder(): Promise<void> {
    await mkdir(dataFolder, { mode: 0o700 })
    await chown(dataFolder, gatewayUser.uid, gatewayUser.gid)
  }
}

const packages = fileURLToPath(new URL('../../../node_modules', import.meta.url))

/** What the bundle leaves outside: libSQL, and what that needs. */
function nativePackages(): readonly string[] {
  const native = readdirSync(join(packages, '@libsql')).filter((name) => name.startsWith('linux-'))
  return ['libsql', 'detect-libc', '@neon-rs/load', ...native.map((name) => `@libsql/${name}`)]
}

/** Whatever umask these files were made under. */
function openToAll(folder: string): void {
  for (const path of [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))]) {
    const { mode } = statSync(path)
    chmodSync(path, (mode & 0o111) === 0 ? 0o644 : 0o755)
  }
}
