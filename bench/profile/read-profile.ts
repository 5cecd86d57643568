/** What of a profile's time was spent in one place, without what it called. */
export interface Cost {
  readonly place: string
  /** Of the time in which the process did anything. */
  readonly share: number
}

/** One process's profile, put together. */
export interface ProfileSummary {
  /** CPU time, garbage collection included, idle time not; in seconds. */
  readonly busySeconds: number
  readonly byFunction: readonly Cost[]
  /** By package, folder of ours, or part of Node. */
  readonly byArea: readonly Cost[]
  /** Whether code of that folder ran in it. */
  ran(folder: string): boolean
}

/** As V8 writes it: nodes of the call tree, and which of them each sample met. */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }[]
  readonly samples: readonly number[]
  /** Microseconds from each sample to the next. */
  readonly timeDeltas: readonly number[]
}

/** Sums up a `.cpuprofile`, the costliest first. */
export function readProfile(text: string): ProfileSummary {
  const profile = JSON.parse(text) as CpuProfile
  const places = new Map(profile.nodes.map(({ id, callFrame }) => [id, describePlace(callFrame)]))
  const byFunction = new Map<string, number>()
  const byArea = new Map<string, number>()
  let busy = 0
  for (const [index, id] of profile.samples.entries()) {
    const place = places.get(id)
    const delta = profile.timeDeltas[index] ?? 0
    if (place === undefined || place.name === '(idle)') continue
    busy += delta
    byFunction.set(place.name, (byFunction.get(place.name) ?? 0) + delta)
    byArea.set(place.area, (byArea.get(place.area) ?? 0) + delta)
  }
  return {
    busySeconds: busy / 1e6,
    byFunction: rank(byFunction, busy),
    byArea: rank(byArea, busy),
    ran: (folder) => profile.nodes.some(({ callFrame }) => callFrame.url.includes(`/${folder}/`)),
  }
}

function describePlace({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']) {
  const name = functionName === '' ? '(anonymous)' : functionName
  if (url === '') return { name, area: name.startsWith('(') && name !== '(anonymous)' ? name : 'V8' }
  const file = nameOfFile(url)
  return { name: `${name} ${file}:${lineNumber + 1}`, area: areaOf(file) }
}

function nameOfFile(url: string): string {
  const inPackage = url.lastIndexOf('/node_modules/')
  if (inPackage >= 0) return url.slice(inPackage + '/node_modules/'.length)
  return /(?:apps|packages)\/.*$/.exec(url)?.[0] ?? url
}

/** `apps/gateway/src/routes`, `undici`, `@hono/node-server`, `node:http`. */
function areaOf(file: string): string {
  if (file.startsWith('node:')) return file.replace(/^node:internal\//, 'node:').replace(/\/.*$/, '')
  const depth = /^(?:apps|packages)\//.test(file) ? 4 : file.startsWith('@') ? 2 : 1
  return file.split('/').slice(0, depth).join('/')
}

function rank(times: ReadonlyMap<string, number>, busy: number): readonly Cost[] {
  return [...times].map(([place, time]) => ({ place, share: time / busy })).toSorted((one, other) => other.share - one.share)
}
