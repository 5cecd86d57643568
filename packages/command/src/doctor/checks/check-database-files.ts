import { existsSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { FileLocation } from '@fjmcp-broker/gateway/store/libsql/location'
import type { DoctorDependencies } from '../dependencies.ts'
import { type Finding, type Outcome, reportOn } from '../finding.ts'

const lowBytes = 100 * 1024 * 1024
const tooLowBytes = 10 * 1024 * 1024

/**
 * Looks at the database's folder and files without opening them: whose they are, who else may read them, how much room there is. Its
 * ground says that there is a database that can be opened.
 *
 * @param isRunning Whether a broker runs.
 */
export function checkDatabaseFiles({
  location,
  uid,
  isRunning,
  readFreeBytes,
  findAccessProblem,
  isContainer,
}: Pick<DoctorDependencies, 'uid' | 'readFreeBytes' | 'findAccessProblem'> & {
  readonly location: FileLocation
  readonly isRunning: boolean
  readonly isContainer: boolean
}): Outcome<'readable'> {
  const report = reportOn('database')
  const folder = dirname(location.path)
  if (findAccessProblem(folder) === 'ENOENT') {
    return { findings: [report.skipped(`the folder ${folder} does not exist yet: the broker makes it at its first start`)] }
  }
  const files = [location.path, `${location.path}-wal`, `${location.path}-shm`, location.lockPath].filter((path) => existsSync(path))
  const inaccessible = [folder, ...files].flatMap((path) => judgeAccess(path, { uid, folder, isContainer, findAccessProblem }))
  if (inaccessible.length > 0) return { findings: inaccessible }
  const findings = [...judgePrivacy(folder, files), ...judgeSpace(folder, readFreeBytes)]
  if (existsSync(location.path)) return { findings, ground: 'readable' }
  if (!isRunning) {
    return { findings: [...findings, report.skipped(`${location.path} does not exist yet: the broker makes it at its first start`)] }
  }
  return {
    findings: [
      ...findings,
      report.problem(
        `${location.path} is gone, though a broker runs: it still writes to the removed file`,
        'If it was moved, move it and its -wal back before you restart the broker; else restore a backup: fjmcp-broker restore.',
      ),
    ],
  }
}

interface AccessQuestion extends Pick<DoctorDependencies, 'uid' | 'findAccessProblem'> {
  readonly folder: string
  readonly isContainer: boolean
}

function judgeAccess(path: string, question: AccessQuestion): readonly Finding[] {
  const { uid, findAccessProblem } = question
  const code = findAccessProblem(path)
  if (code === undefined) return []
  const owner = readOwner(path)
  const whose = owner === undefined || owner === uid ? '' : `: it belongs to uid ${owner}`
  return [
    reportOn('database').problem(
      `uid ${uid}, which is the broker's, may not write ${path} (${code})${whose}`,
      code === 'EROFS' ? 'Mount the volume writable.' : remedyFor(path, { ...question, isOwn: owner === uid }),
    ),
  ]
}

/** Outside the container nothing is changed below the path: who knows what else lies there. */
function remedyFor(path: string, { uid, folder, isContainer, isOwn }: AccessQuestion & { readonly isOwn: boolean }): string {
  const change = isOwn ? 'chmod u+rwX' : `chown ${uid}:${uid}`
  if (isContainer) {
    const everything = change.replace(' ', ' -R ')
    return `On the host: podman unshare ${everything} "$(podman volume inspect --format '{{.Mountpoint}}' fjmcp-state)"`
  }
  if (path !== folder) return `As root: ${change} ${path}`
  const elsewhere = "set FJMCP_BROKER_DATABASE_URL to a file in a folder that is the broker's alone"
  return dirname(folder) === folder
    ? `Not here: ${elsewhere}.`
    : `If the folder is the broker's alone, as root: ${change} ${folder}; else ${elsewhere}.`
}

/** Undefined where not even that can be seen. */
function readOwner(path: string): number | undefined {
  try {
    return statSync(path).uid
  } catch {
    return undefined
  }
}

function judgePrivacy(folder: string, files: readonly string[]): readonly Finding[] {
  if (!isOpenToOthers(statSync(folder))) return []
  const open = files.filter((path) => isOpenToOthers(statSync(path)))
  if (open.length === 0) return []
  return [
    reportOn('database').warning(
      `other users of this machine may read ${open.join(', ')}`,
      `Close the folder and the files: chmod 700 ${folder} && chmod 600 ${open.join(' ')}`,
    ),
  ]
}

function isOpenToOthers({ mode }: Stats): boolean {
  return (mode & 0o077) !== 0
}

function judgeSpace(folder: string, readFreeBytes: (folder: string) => number): readonly Finding[] {
  const report = reportOn('database')
  const freeBytes = readFreeBytes(folder)
  if (freeBytes >= lowBytes) return []
  const detail = `the disk of ${folder} has ${Math.floor(freeBytes / 1024 / 1024)} MiB left: when it is full nobody can sign in or refresh`
  const remedy = 'Make room on that disk; podman system prune and old backups are the usual candidates.'
  return [freeBytes < tooLowBytes ? report.problem(detail, remedy) : report.warning(detail, remedy)]
}
