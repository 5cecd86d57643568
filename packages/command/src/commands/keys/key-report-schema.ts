import type { KeyReport } from '@fjmcp-broker/gateway/domain/keys/key-report'
import { z } from 'zod'
import { printable } from '../../printable.ts'

const text = z.string().transform(printable)

/** Which keys a broker says it has and needs. */
export const keyReportSchema = z.object({
  keys: z.array(z.object({ id: text, name: text, use: z.enum(['encrypts', 'opens']), rows: z.number(), isRemovable: z.boolean() })),
  missing: z.array(z.object({ keyId: text, rows: z.number(), name: text.optional() })),
}) satisfies z.ZodType<KeyReport>
