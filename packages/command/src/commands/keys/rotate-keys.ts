import { gatewayEnvironment } from '@fjmcp-broker/gateway/config'
import { type EncryptionKey, formatEncryptionKeys, isKeyName, keyBytes } from '@fjmcp-broker/gateway/domain/keys/encryption-keys'
import { createSealer } from '@fjmcp-broker/gateway/store/sealing'
import type { Clock } from '@fjmcp-broker/shared/clock'
import { type Environment, parseEnvironment } from '@fjmcp-broker/shared/env'
import { exitCode } from '@fjmcp-broker/shared/exit-code'
import type { ReadSecretFile } from '@fjmcp-broker/shared/secret-file'
import { answer, fail, type Reply, toJson } from '../../reply.ts'
import { wrongSettings } from '../wrong-settings.ts'
import { describeNextSteps, explainPrinting } from './rotation-steps.ts'

const keysSchema = gatewayEnvironment.pick({ FJMCP_BROKER_ENCRYPTION_KEYS: true })

/**
 * Makes a new key and prints what the setting has to be with it, where that is asked for; else says how. Writes nothing. What to do next
 * goes to standard error, since standard output is the secret's. Returns the exit code: 0, 64 the name cannot be taken or standard output is
 * a terminal, 78 wrong settings.
 *
 * @param name What the key is to be called; the day, where nothing is said.
 * @param isTerminal Whether what is printed stays on a screen.
 * @param randomBytes A source that is fit for keys.
 */
export async function rotateKeys({
  environment,
  readSecretFile,
  name: wanted,
  prints,
  isTerminal,
  clock,
  randomBytes,
  ...reply
}: Reply & {
  readonly environment: Environment
  readonly readSecretFile: ReadSecretFile
  readonly name: string | undefined
  readonly prints: boolean
  readonly isTerminal: boolean
  readonly clock: Clock
  readonly randomBytes: (count: number) => Uint8Array
}): Promise<number> {
  const settings = parseEnvironment({ schema: keysSchema, environment, readSecretFile })
  if (!settings.ok) return fail(reply, wrongSettings(settings.error), exitCode.configuration)
  const isFile = (environment['FJMCP_BROKER_ENCRYPTION_KEYS_FILE'] ?? '') !== ''
  if (!prints) return answer(reply, { message: explainPrinting({ isFile }) })
  if (isTerminal) {
    const message = `Standard output is a terminal, where the key would be left to see. ${explainPrinting({ isFile })}`
    return fail(reply, { reason: 'terminal', message }, exitCode.usage)
  }
  const former = settings.value.FJMCP_BROKER_ENCRYPTION_KEYS
  const name = wanted ?? nameAfterDay(clock(), former)
  if (!isKeyName(name) || former.some((key) => key.name === name)) {
    const message = `"${name.slice(0, 32)}" cannot be the key's name: it has to be one of 1 to 32 letters, digits, dots, underscores and hyphens that no other key has.`
    return fail(reply, { reason: 'bad_name', message }, exitCode.usage)
  }
  const key: EncryptionKey = { name, bytes: Uint8Array.from(randomBytes(keyBytes)) }
  const value = formatEncryptionKeys([key, ...former])
  const [{ id }] = (await createSealer([key])).keys
  if (reply.json) reply.print(toJson(0, { name, id, setting: 'FJMCP_BROKER_ENCRYPTION_KEYS', value }))
  else {
    reply.print(isFile ? value : `FJMCP_BROKER_ENCRYPTION_KEYS=${value}`)
    reply.complain(describeNextSteps({ name, id, isFile, hasFormer: former.length > 0 }))
  }
  return 0
}

function nameAfterDay(nowMs: number, former: readonly EncryptionKey[]): string {
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const isFree = (name: string): boolean => former.every((key) => key.name !== name)
  if (isFree(day)) return day
  const numbers = Array.from({ length: former.length + 1 }, (_, index) => `${day}.${index + 2}`)
  return numbers.find(isFree) ?? day
}
