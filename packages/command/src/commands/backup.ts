import type { Writable } from 'node:stream'
import { backUpToFile, backUpToStream } from '@fjmcp-broker/gateway/store/libsql/backup/back-up'
import type { Clock } from '@fjmcp-broker/shared/clock'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import type { StopRequest } from '@fjmcp-broker/shared/process/stop-request'
import { answer, fail, type Reply } from '../reply.ts'
import { locateDatabase } from './locate-database.ts'

/**
 * Backs the database up, whether or not the broker runs; returns the exit code: 0 done, 1 failed, 64 standard output is a terminal,
 * 78 wrong settings.
 *
 * @param target Path of a new file, or `-` for `output`, on which then nothing else is printed.
 */
export async function backup({
  environment,
  target,
  output,
  clock,
  stop: { asked: stopping, release },
  ...terminal
}: Reply & {
  readonly environment: Environment
  readonly target: string
  readonly output: Writable & { readonly isTTY?: boolean }
  readonly clock: Clock
  readonly stop: Pick<StopRequest, 'asked' | 'release'>
}): Promise<number> {
  const isStream = target === '-'
  const reply = isStream ? { ...terminal, print: terminal.complain } : terminal
  const location = locateDatabase(environment)
  if (!location.ok) return fail(reply, location.error, exitCode.configuration)
  if (isStream && output.isTTY === true) {
    const message = 'Standard output is a terminal: send the backup to a file, as in fjmcp-broker backup - > broker-backup.db'
    return fail(reply, { reason: 'terminal', message }, exitCode.usage)
  }
  const options = { location: location.value, stopping, nowMs: clock() }
  const made = isStream
    ? await backUpToStream({ ...options, output, onUnnamed: release })
    : await backUpToFile({ ...options, path: target })
  if (!made.ok) return fail(reply, made.error)
  const { bytes, migrations } = made.value
  const database = location.value.path
  const message = `The database ${database} is backed up to ${isStream ? 'standard output' : target}: ${bytes} bytes, checked.`
  return answer(reply, { message, database, target, bytes, migrations })
}
