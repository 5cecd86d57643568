import type { AccessLevel } from './access-level.ts'
import type { ForgejoScope } from './forgejo-scope.ts'

/** What the broker knows of one tool of forgejo-mcp. */
export interface CatalogueTool {
  readonly name: string
  /** The least access level that may call it: `read` changes nothing, `write` adds or alters, `full` deletes or reaches beyond the content of a repository. */
  readonly level: AccessLevel
  /** What Forgejo asks of the token, all of them. */
  readonly scopes: readonly ForgejoScope[]
  /** Arguments that must never reach the child; they are taken out of the schema and refused in a call. */
  readonly forbiddenArguments?: readonly string[]
  /** Arguments that the tool puts into a path without escaping them: a call whose value would become more than one segment is refused. */
  readonly unescapedArguments?: readonly string[]
}
