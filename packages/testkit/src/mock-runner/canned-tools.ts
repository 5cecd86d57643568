import type { ChildTool } from '../children/child-tool.ts'
import type { ForgejoApi } from '../children/forgejo-api.ts'
import { createFileTools } from '../children/tools/files.ts'
import { createIssueTools } from '../children/tools/issues.ts'
import { createRepositoryTools } from '../children/tools/repositories.ts'
import { createUserTools } from '../children/tools/users.ts'

/** The version that the mock runner gives for its children. */
export const cannedVersion = '2.34.1-mock'

/** Tools of all access levels by their real names and schemas. They ask no Forgejo: what they answer names the user and the request. */
export function createCannedTools(userId: string): readonly ChildTool[] {
  const forgejo = createCannedForgejo(userId)
  return [
    ...createUserTools(forgejo, cannedVersion),
    ...createRepositoryTools(forgejo),
    ...createFileTools(forgejo),
    ...createIssueTools(forgejo),
  ]
}

function createCannedForgejo(userId: string): ForgejoApi {
  const repositories = [{ full_name: `${userId}/demo`, private: false }]
  return {
    async get(path) {
      if (path === '/user') return { login: userId }
      if (path === '/user/repos') return repositories
      if (path === '/repos/search') return { ok: true, data: repositories }
      return { user: userId, request: `GET ${path}` }
    },
    getText: async (path) => `${userId} asked for ${path}`,
    send: async (method, path, body) => ({ user: userId, request: `${method} ${path}`, body }),
    upload: async (path, file) => ({ user: userId, request: `POST ${path}`, name: file.name, size: file.size }),
    download: async (url) => new Response(`${userId} downloads ${url}`),
  }
}
