import { settingOfKey } from '@fjmcp-broker/gateway/domain/keys/key-report'
import type { Environment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import { z } from 'zod'
import { askAdminForLines } from '../../ask-admin.ts'
import { printable } from '../../printable.ts'
import { fail, type Reply, toJson } from '../../reply.ts'
import { locateAdminSocket } from '../locate-admin-socket.ts'
import { keyReportSchema } from './key-report-schema.ts'

const progressSchema = z.object({ total: z.number(), checked: z.number(), resealed: z.number(), damaged: z.number() })
const doneSchema = progressSchema.extend({ isComplete: z.boolean(), ...keyReportSchema.shape })
const text = z.string().transform(printable)
const lineSchema = z.union([
  z.object({ progress: progressSchema }),
  z.object({ done: doneSchema }),
  z.object({ failed: z.object({ reason: text, message: text }) }),
])

type Progress = z.output<typeof progressSchema>
type Done = z.output<typeof doneSchema>
type Line = z.output<typeof lineSchema>

/**
 * Has the running broker re-encrypt everything with the first key, and tells how far it is; returns the exit code: 0 all is done, 1
 * failed, stopped or some keys are missing, 78 wrong settings.
 *
 * @param stopping Ends it after the part under way; it can be called again.
 */
export async function reencryptKeys({
  environment,
  stopping,
  ...reply
}: Reply & { readonly environment: Environment; readonly stopping: AbortSignal }): Promise<number> {
  const socketPath = locateAdminSocket(environment)
  if (!socketPath.ok) return fail(reply, socketPath.error, exitCode.configuration)
  let last: Line | undefined
  let toldPercent = 0
  const asked = await askAdminForLines({
    socketPath: socketPath.value,
    method: 'POST',
    path: '/keys/re-encrypt',
    schema: lineSchema,
    signal: stopping,
    onLine: (line) => {
      last = line
      if (!('progress' in line)) return
      const percent = percentOf(line.progress)
      if (percent < toldPercent + 5 && percent < 100) return
      toldPercent = percent
      reply.print(reply.json ? JSON.stringify(line.progress) : describeProgress(line.progress))
    },
  })
  if (!asked.ok) return fail(reply, asked.error)
  if (last !== undefined && 'failed' in last) return fail(reply, last.failed)
  return last !== undefined && 'done' in last ? conclude(reply, last.done) : fail(reply, interrupted)
}

const interrupted = {
  reason: 'interrupted',
  message: 'Interrupted: what is done is done. Run it again to have the rest done.',
}

function percentOf({ checked, total }: Progress): number {
  return total === 0 ? 100 : Math.floor((checked * 100) / total)
}

function describeProgress({ checked, total, resealed }: Progress): string {
  return `${checked} of ${total} looked at, ${resealed} re-encrypted`
}

function conclude(reply: Reply, done: Done): number {
  const code = done.isComplete && done.missing.length === 0 ? 0 : 1
  reply.print(reply.json ? toJson(code, done) : describeEnd(done))
  return code
}

function describeEnd({ keys, missing, resealed, damaged, isComplete }: Done): string {
  const [encrypting] = keys
  if (!isComplete || encrypting === undefined) return 'The broker is stopping: what is done is done. Run this again after its start.'
  const removable = keys.filter((key) => key.isRemovable)
  return [
    `Everything that can be opened is encrypted with "${encrypting.name}" (${encrypting.id}): ${countSignIns(encrypting.rows)}, ${resealed} re-encrypted now.`,
    ...(damaged === 0
      ? []
      : [`${damaged} did not open with any key and are void: those users sign in again. The log names them (credential_unreadable).`]),
    ...missing.map(
      ({ keyId, rows, name }) =>
        `${countSignIns(rows)} cannot be opened without the key ${name === undefined ? keyId : `"${name}" (${keyId})`}, which is not loaded: give it too, behind the first one.`,
    ),
    ...describeRemovable(removable),
  ].join('\n')
}

function countSignIns(rows: number): string {
  return rows === 1 ? '1 sign-in' : `${rows} sign-ins`
}

function describeRemovable(removable: Done['keys']): readonly string[] {
  if (removable.length === 0) return []
  return [
    'No longer needed, and may be taken out of the settings:',
    ...removable.map((key) => `  ${key.name} (${key.id}) in ${settingOfKey(key)}`),
    'Keep them as long as you keep backups from before: those open with them only.',
  ]
}
