import type { AccessLevel } from './access-level.ts'
import type { CatalogueTool } from './tool.ts'
import { tools } from './tools.ts'

const toolsByName: ReadonlyMap<string, CatalogueTool> = new Map(tools.map((tool) => [tool.name, tool]))

/** The catalogue's entry for a tool; undefined for one that it does not know, such as one of a newer forgejo-mcp. */
export function findTool(name: string): CatalogueTool | undefined {
  return toolsByName.get(name)
}

/** The least access level that may call a tool. Nothing is known of an unknown one, so it needs `full`. */
export function neededLevel(toolName: string): AccessLevel {
  return findTool(toolName)?.level ?? 'full'
}

/** The least access level that may read a resource: `read` for those of forgejo-mcp, which only look, `full` for any other kind. */
export function neededResourceLevel(uri: string): AccessLevel {
  return uri.startsWith('forgejo://') ? 'read' : 'full'
}

/** The arguments that a tool puts into a path as they are. */
export function unescapedArguments(toolName: string): readonly string[] {
  return findTool(toolName)?.unescapedArguments ?? []
}

/** The arguments that are taken out of a tool's schema and refused in its calls. An unknown tool could read a local file as well. */
export function forbiddenArguments(toolName: string): readonly string[] {
  const tool = findTool(toolName)
  return tool === undefined ? ['file_path'] : (tool.forbiddenArguments ?? [])
}
