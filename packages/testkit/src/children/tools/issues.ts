import {
  childTool,
  type ChildTool,
  numberProperty,
  pageProperties,
  repositoryProperties,
  textProperty,
  textResult,
  type ToolArguments,
} from '../child-tool.ts'
import { apiPath, type ForgejoApi } from '../forgejo-api.ts'

const issueProperties = { ...repositoryProperties, index: numberProperty('The number of the issue or pull request') }

export function createIssueTools(forgejo: ForgejoApi): readonly ChildTool[] {
  return [
    childTool({
      name: 'list_repo_issues',
      description: 'Lists the issues of a repository.',
      properties: {
        ...repositoryProperties,
        state: textProperty('open, closed or all', 'open'),
        type: textProperty('issues or pulls'),
        milestones: textProperty('Names of milestones, separated by commas'),
        labels: textProperty('Names of labels, separated by commas'),
        sort: textProperty('By what to sort, such as latest or oldest'),
        ...pageProperties(20),
      },
      required: ['owner', 'repo'],
      call: async (input) => textResult(await listIssues(forgejo, input)),
    }),
    childTool({
      name: 'get_issue_by_index',
      description: 'Reads one issue.',
      properties: issueProperties,
      required: ['owner', 'repo', 'index'],
      call: async (input) => textResult(await forgejo.get(issuePath(input))),
    }),
    childTool({
      name: 'create_issue',
      description: 'Opens an issue.',
      properties: { ...repositoryProperties, title: textProperty('Its title'), body: textProperty('Its text, in Markdown') },
      required: ['owner', 'repo', 'title'],
      async call(input) {
        if (input.text('title') === '') throw new Error('create issue err: title is empty')
        const path = apiPath('repos', input.text('owner'), input.text('repo'), 'issues')
        return textResult(await forgejo.send('POST', path, { title: input.text('title'), body: input.text('body') }))
      },
    }),
    childTool({
      name: 'issue_state_change',
      description: 'Closes an issue or opens it again.',
      properties: { ...issueProperties, state: textProperty('open or closed') },
      required: ['owner', 'repo', 'index', 'state'],
      call: async (input) => textResult(await forgejo.send('PATCH', issuePath(input), { state: input.text('state') })),
    }),
    childTool({
      name: 'list_issue_comments',
      description: 'Lists the comments of an issue.',
      properties: {
        ...issueProperties,
        since: textProperty('No earlier than this time (RFC 3339)'),
        before: textProperty('No later than this time (RFC 3339)'),
        ...pageProperties(20),
      },
      required: ['owner', 'repo', 'index'],
      call: async (input) =>
        textResult(await forgejo.get(`${issuePath(input)}/comments`, { since: input.text('since'), before: input.text('before') })),
    }),
    childTool({
      name: 'create_issue_comment',
      description: 'Comments on an issue.',
      properties: { ...issueProperties, body: textProperty('What to say, in Markdown') },
      required: ['owner', 'repo', 'index', 'body'],
      call: async (input) => textResult(await forgejo.send('POST', `${issuePath(input)}/comments`, { body: input.text('body') })),
    }),
    childTool({
      name: 'create_issue_attachment',
      description: 'Attaches a file to an issue.',
      properties: {
        ...issueProperties,
        content: textProperty('The file as base64; this or file_path'),
        file_path: textProperty('A file of the machine that this program runs on; this or content'),
        filename: textProperty('What to call it'),
        mime_type: textProperty('Its media type'),
      },
      required: ['owner', 'repo', 'index'],
      call: async (input) => textResult(await attachFile(forgejo, input)),
    }),
  ]
}

async function listIssues(forgejo: ForgejoApi, input: ToolArguments): Promise<unknown> {
  return await forgejo.get(apiPath('repos', input.text('owner'), input.text('repo'), 'issues'), {
    state: input.text('state'),
    type: input.text('type'),
    milestones: input.text('milestones'),
    labels: input.text('labels'),
    sort: input.text('sort'),
    page: input.number('page', 1),
    limit: input.number('limit', 20),
  })
}

async function attachFile(forgejo: ForgejoApi, input: ToolArguments): Promise<unknown> {
  if (input.text('file_path') !== '') throw new Error('file_path uploads are disabled on this host')
  if (input.text('content') === '') throw new Error('exactly one of content or file_path is required')
  const type = input.text('mime_type') || 'application/octet-stream'
  const file = new File([Buffer.from(input.text('content'), 'base64')], input.text('filename'), { type })
  return await forgejo.upload(`${issuePath(input)}/assets`, file)
}

function issuePath(input: ToolArguments): string {
  return apiPath('repos', input.text('owner'), input.text('repo'), 'issues', input.number('index'))
}
