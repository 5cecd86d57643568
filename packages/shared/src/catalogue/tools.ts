import type { CatalogueTool } from './tool.ts'
import { actionsTools } from './tools/actions.ts'
import { issueAttachmentTools } from './tools/issue-attachments.ts'
import { issueTools } from './tools/issues.ts'
import { labelTools } from './tools/labels.ts'
import { organizationTools } from './tools/organizations.ts'
import { pullRequestTools } from './tools/pull-requests.ts'
import { releaseTools } from './tools/releases.ts'
import { repositoryAdministrationTools } from './tools/repository-administration.ts'
import { repositoryTools } from './tools/repositories.ts'
import { timeTrackingTools } from './tools/time-tracking.ts'
import { userTools } from './tools/users.ts'
import { wikiTools } from './tools/wiki.ts'

/**
 * Every tool of forgejo-mcp 2.34.1.
 *
 * `read` sends nothing but GET requests. Whatever deletes is `full`, even where only a label comes off an issue, so that the level of
 * a tool and that of the HTTP method it uses never disagree; so is what grants, guards, overrules or reaches outside.
 */
export const tools: readonly CatalogueTool[] = [
  ...userTools,
  ...repositoryTools,
  ...repositoryAdministrationTools,
  ...issueTools,
  ...issueAttachmentTools,
  ...labelTools,
  ...timeTrackingTools,
  ...pullRequestTools,
  ...releaseTools,
  ...organizationTools,
  ...wikiTools,
  ...actionsTools,
]
