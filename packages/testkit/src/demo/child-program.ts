import { resolveProgram } from '@fjmcp-broker/runner/process/resolve-program'
import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { createChildProgram } from '../children/child-program.ts'

/** The child program that the demo runs, and words for what it is. */
export interface DemoChild {
  readonly path: string
  readonly description: string
}

/**
 * The real forgejo-mcp where one is named or on the PATH, else the testkit's; the failure says what is wrong with the named one.
 *
 * @param named A name on the PATH or the path of a file, as the broker itself takes it.
 * @param folder Where the testkit's program is put.
 */
export async function chooseChild({
  named,
  searchPath,
  folder,
}: {
  readonly named: string | undefined
  readonly searchPath: string
  readonly folder: string
}): Promise<Result<DemoChild, string>> {
  if (named !== undefined && named !== '') {
    const chosen = resolveProgram({ program: named, searchPath })
    if (chosen.ok) return ok({ path: chosen.value, description: `the forgejo-mcp that FJMCP_BROKER_FORGEJO_MCP names (${chosen.value})` })
    const absent = named.includes('/') ? 'there is no file there' : 'no program of that name is on the PATH'
    const why = chosen.error.reason === 'not_found' ? absent : 'that file is not executable'
    return err(`FJMCP_BROKER_FORGEJO_MCP names ${named}: ${why}.`)
  }
  const found = resolveProgram({ program: 'forgejo-mcp', searchPath })
  if (found.ok) return ok({ path: found.value, description: `the forgejo-mcp on your PATH (${found.value})` })
  return ok({
    path: await createChildProgram({ kind: 'forgejo-mcp', folder }),
    description: 'a small stand-in for forgejo-mcp (no forgejo-mcp is on the PATH or named by FJMCP_BROKER_FORGEJO_MCP)',
  })
}
