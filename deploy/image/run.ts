import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readUnit, toPodmanArguments, unitPath } from './read-unit.ts'

// Runs the image in the foreground as the unit would: same limits, port and volume. Further arguments go to podman run.
//   npm run image-run                                  settings from ~/.config/fjmcp-broker.env
//   FJMCP_BROKER_ENV_FILE=my.env npm run image-run     settings from another file
const settings = process.env['FJMCP_BROKER_ENV_FILE'] ?? join(homedir(), '.config/fjmcp-broker.env')
const place = ['--env-file', settings, '--publish', '127.0.0.1:8080:8080', '--volume', 'fjmcp-state:/data']
const args = ['run', '--rm', '--name', 'fjmcp-broker', ...toPodmanArguments(readUnit(unitPath)), ...place, ...process.argv.slice(2)]
const podman = spawn('podman', [...args, 'ghcr.io/olemd/fjmcp-broker:latest'], { stdio: 'inherit' })
// Ctrl-C reaches Podman too: it stops the broker, and we wait for its end.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => podman.kill(signal))
podman.on('error', ({ message }) => console.error(`Podman cannot be run: ${message}`))
const [exitCode]: readonly unknown[] = await once(podman, 'close')
process.exitCode = typeof exitCode === 'number' && exitCode >= 0 ? exitCode : 1
