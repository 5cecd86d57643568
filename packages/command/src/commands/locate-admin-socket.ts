import { type Environment, parseEnvironment } from '@fjmcp-broker/shared/env'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { adminSocket } from '@fjmcp-broker/shared/settings'
import { z } from 'zod'
import type { Failure } from '../reply.ts'
import { wrongSettings } from './wrong-settings.ts'

const settingsSchema = z.object({ FJMCP_BROKER_ADMIN_SOCKET: adminSocket })

/** Finds the socket on which a broker with these settings answers the operator. The other settings may be missing. */
export function locateAdminSocket(environment: Environment): Result<string, Failure> {
  const settings = parseEnvironment({ schema: settingsSchema, environment })
  return settings.ok ? ok(settings.value.FJMCP_BROKER_ADMIN_SOCKET) : err(wrongSettings(settings.error))
}
