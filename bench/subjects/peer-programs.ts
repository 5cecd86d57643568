import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { ChildStart } from '../load/stdio-session.ts'

export const peerNames = ['supergateway', 'mcp-proxy'] as const

export type PeerName = (typeof peerNames)[number]

const folder = fileURLToPath(new URL('../peers/', import.meta.url))

/** The versions that are compared with, by name. */
export function readPeerVersions(): Readonly<Record<string, string>> {
  return (JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> })
    .dependencies
}

/** Installs the peers into their folder unless they are there; returns why that cannot be done, in npm's words, or undefined. */
export function installPeers(): string | undefined {
  const isInstalled = Object.entries(readPeerVersions()).every(([name, version]) => readInstalledVersion(name) === version)
  if (isInstalled) return undefined
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { cwd: folder, encoding: 'utf8' })
  if (npm.status === 0) return undefined
  return npm.error?.message ?? `npm ci: ${npm.stderr.trim().split('\n').slice(0, 3).join(' ')}`
}

/** What Node is started with for a peer that keeps a session for each client, on this port, as quiet as it can be. */
export function argumentsOfPeer(name: PeerName, { port, start }: { readonly port: number; readonly start: ChildStart }): readonly string[] {
  const command = [start.program, ...start.arguments]
  const at = ['--port', String(port)]
  if (name === 'mcp-proxy') {
    return [`${folder}node_modules/mcp-proxy/dist/bin/mcp-proxy.mjs`, ...at, '--host', '127.0.0.1', '--server', 'stream', '--', ...command]
  }
  const quoted = command.map((word) => `'${word}'`).join(' ')
  const options = ['--stdio', quoted, '--outputTransport', 'streamableHttp', '--stateful', '--logLevel', 'none']
  return [`${folder}node_modules/supergateway/dist/index.js`, ...options, ...at]
}

function readInstalledVersion(name: string): string | undefined {
  const file = `${folder}node_modules/${name}/package.json`
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { readonly version?: string }).version : undefined
}
