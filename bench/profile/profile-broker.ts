import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Bench, startBenchBroker } from '../bench.ts'
import { repeat } from '../load/repeat.ts'
import { open, userCall } from '../load/session.ts'
import { type Cost, type ProfileSummary, readProfile } from './read-profile.ts'

/** Enough that what is done once at the start does not show. */
const profiledCalls = 20_000

const shown = 25

/** Lets 50 clients call while gateway and runner are profiled, and says where each of them spends its time. */
export async function profileBroker(bench: Bench): Promise<string> {
  const folder = resolve(bench.folder, 'profiles')
  mkdirSync(folder, { recursive: true })
  const broker = await startBenchBroker(bench, { settings: { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` } })
  try {
    const sessions = await Promise.all(Array.from({ length: 50 }, () => open(broker.createSession())))
    bench.progress('profile: calling')
    await repeat({ clients: 50, times: profiledCalls, act: async (client) => sessions[client]?.call(userCall) })
  } finally {
    // The profiles are written at the end of each process.
    await broker.stop()
  }
  const profiles = readdirSync(folder).map((file) => readProfile(readFileSync(resolve(folder, file), 'utf8')))
  return ['gateway', 'runner']
    .map((name) =>
      writeProfile(
        name,
        profiles.find((profile) => profile.ran(`apps/${name}/src`) && isOf(name, profile)),
      ),
    )
    .join('\n')
}

/** `serve` loads the gateway's settings too, but nothing of its routes. */
function isOf(name: string, profile: ProfileSummary): boolean {
  return (name === 'gateway') === profile.ran('apps/gateway/src/routes')
}

function writeProfile(name: string, profile: ProfileSummary | undefined): string {
  if (profile === undefined) return `${name}: no profile was written\n`
  const perCall = (profile.busySeconds / profiledCalls) * 1e6
  return [
    `${name}: ${profile.busySeconds.toFixed(1)} s of CPU, ${perCall.toFixed(0)} µs for each call`,
    '',
    ...profile.byArea.slice(0, shown).map(writeCost),
    '',
    ...profile.byFunction.slice(0, shown).map(writeCost),
    '',
  ].join('\n')
}

function writeCost({ place, share }: Cost): string {
  return `${(share * 100).toFixed(1).padStart(6)} %  ${place}`
}
