import { Hono } from 'hono'
import type { ForgejoState } from '../state.ts'
import type { ApiEnv } from './api-env.ts'
import { notFound } from './api-error.ts'
import { branchRoutes } from './branches.ts'
import { changeFilesRoutes } from './change-files.ts'
import { commentRoutes } from './comments.ts'
import { contentsRoutes } from './contents.ts'
import { identifyViewer, recordRequests } from './guards.ts'
import { issueRoutes } from './issues.ts'
import { labelRoutes } from './labels.ts'
import { maxResponseItems } from './paging.ts'
import { releaseRoutes } from './releases.ts'
import { repositoryRoutes } from './repositories.ts'
import { userRoutes } from './users.ts'

/** `/api/v1`: as much of Forgejo's API as forgejo-mcp's everyday tools use. */
export function apiRoutes(state: ForgejoState): Hono<ApiEnv> {
  const app = new Hono<ApiEnv>()
  app.use(recordRequests(state), identifyViewer(state))
  app.get('/version', (c) => c.json({ version: state.version }))
  app.get('/settings/api', (c) =>
    c.json({
      max_response_items: maxResponseItems,
      default_paging_num: 30,
      default_git_trees_per_page: 1000,
      default_max_blob_size: 10_485_760,
    }),
  )
  app.route('/', userRoutes(state))
  app.route('/', issueRoutes(state))
  app.route('/', repositoryRoutes(state))
  app.route('/', branchRoutes(state))
  app.route('/', contentsRoutes(state))
  app.route('/', changeFilesRoutes(state))
  app.route('/', commentRoutes(state))
  app.route('/', labelRoutes(state))
  app.route('/', releaseRoutes(state))
  app.all('*', notFound)
  return app
}
