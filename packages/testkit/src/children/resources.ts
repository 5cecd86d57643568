import type { ResourceTemplate } from '@modelcontextprotocol/sdk/types.js'
import { apiPath, type ForgejoApi } from './forgejo-api.ts'

/** Two of forgejo-mcp's seventeen. */
export const resourceTemplates: readonly ResourceTemplate[] = [
  {
    uriTemplate: 'forgejo://repo/{owner}/{repo}',
    name: 'Forgejo Repository',
    description: 'A repository.',
    mimeType: 'application/json',
  },
  {
    uriTemplate: 'forgejo://repo/{owner}/{repo}/issue/{index}',
    name: 'Forgejo Issue',
    description: 'An issue of a repository.',
    mimeType: 'application/json',
  },
]

/** Reads what a URI of one of the templates names; undefined for any other URI. */
export async function readForgejoResource(forgejo: ForgejoApi, uri: string): Promise<unknown> {
  const match = /^forgejo:\/\/repo\/([^/]+)\/([^/]+)(?:\/issue\/(\d+))?$/.exec(uri)
  if (match === null) return undefined
  const [owner, repository, index] = match.slice(1).map((part) => part && decodeURIComponent(part))
  if (owner === undefined || repository === undefined) return undefined
  const path = apiPath('repos', owner, repository)
  return await forgejo.get(index === undefined ? path : `${path}${apiPath('issues', index)}`)
}
