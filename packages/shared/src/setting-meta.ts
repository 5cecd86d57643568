import type { z } from 'zod'

/** What a setting's schema says of it, for who reads the settings' list; given by `.meta()`, which has to come last. */
export interface SettingMeta {
  /** What it does, in a sentence, with Markdown for code. */
  readonly description: string
  /** Whether it is never shown. It may come from a file. */
  readonly secret: boolean
  /** Whether `NAME_FILE` may name a file that holds the value. */
  readonly fromFile: boolean
  /** What values it takes, where its description leaves that open. */
  readonly expected?: string | undefined
}

declare module 'zod' {
  interface GlobalMeta {
    secret?: true
    fromFile?: true
    expected?: string
  }
}

/** Reads what a setting's schema says of it. */
export function readSettingMeta(schema: z.ZodType): SettingMeta {
  const { description = '', secret = false, fromFile = secret, expected } = schema.meta() ?? {}
  return { description, secret, fromFile, expected }
}
