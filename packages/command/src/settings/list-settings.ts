import { gatewayEnvironment } from '@fjmcp-broker/gateway/config'
import { runnerEnvironment } from '@fjmcp-broker/runner/config'
import { readSettingMeta, type SettingMeta } from '@fjmcp-broker/shared/setting-meta'
import { z } from 'zod'

/** A setting of the broker, as its schema describes it. */
export interface Setting extends SettingMeta {
  readonly name: string
  readonly isRequired: boolean
  /** Its value where it is not given, if it has one. */
  readonly standard?: string | undefined
  /** The processes that read it. */
  readonly readBy: readonly ('gateway' | 'runner')[]
}

/** Lists every setting of the broker, the required ones first. */
export function listSettings(): readonly Setting[] {
  const gateway = gatewayEnvironment.shape
  const runner = runnerEnvironment.shape
  const schemas: Readonly<Record<string, z.ZodType>> = { ...gateway, ...runner }
  // Of what is given, not of what becomes of it: there the defaults stand as an operator would write them.
  const described = describedSchema.parse(z.toJSONSchema(z.object(schemas), { io: 'input' }))
  const settings = Object.entries(schemas).map(([name, schema]): Setting => {
    const { description, secret, fromFile, expected } = readSettingMeta(schema)
    const standard = described.properties[name]?.default
    const readBy = [...(name in gateway ? (['gateway'] as const) : []), ...(name in runner ? (['runner'] as const) : [])]
    return { name, isRequired: described.required.includes(name), standard, description, expected, secret, fromFile, readBy }
  })
  return [...settings.filter(({ isRequired }) => isRequired), ...settings.filter(({ isRequired }) => !isRequired)]
}

const describedSchema = z.object({
  properties: z.record(z.string(), z.object({ default: z.string().optional() })),
  required: z.array(z.string()),
})
