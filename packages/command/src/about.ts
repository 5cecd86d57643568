import { readFileSync } from 'node:fs'
import { errorCode } from '@fjmcp-broker/shared/error-code'
import { z } from 'zod'

/** What the image's build says of what it built; a part is undefined where that is not known. */
export type About = z.output<typeof aboutSchema>

const known = z
  .string()
  .transform((text) => (text === '' ? undefined : text))
  .optional()

const aboutSchema = z.object({
  /** The commit, with `-changed` behind it where more than that was built. */
  revision: known,
  /** ISO 8601. */
  built: known,
  /** Version of the forgejo-mcp beside us. */
  forgejoMcp: known,
})

/** Reads what the image's build left beside the program; in a checkout nothing is known. */
export function readAbout(file: URL): About {
  try {
    return aboutSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {}
    throw new Error(`${file.pathname} is not what the image's build writes`, { cause: error })
  }
}
