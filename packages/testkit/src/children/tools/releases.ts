import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
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

const inlineLimitBytes = 1024 * 1024

interface Attachment {
  readonly size: number
  readonly browser_download_url: string
}

export function createReleaseTools(forgejo: ForgejoApi): readonly ChildTool[] {
  return [
    childTool({
      name: 'list_releases',
      description: 'Lists the releases of a repository.',
      properties: { ...repositoryProperties, state: textProperty('all, draft, prerelease or published', 'all'), ...pageProperties(20) },
      required: ['owner', 'repo'],
      call: async (input) =>
        textResult(await forgejo.get(releasesPath(input), { limit: input.number('limit', 20), page: input.number('page', 1) })),
    }),
    childTool({
      name: 'download_release_attachment',
      description: 'Fetches a file of a release: its content when it is small, else where it is.',
      properties: {
        ...repositoryProperties,
        release_id: numberProperty('The id of the release'),
        attachment_id: numberProperty('The id of the file'),
      },
      required: ['owner', 'repo', 'release_id', 'attachment_id'],
      call: async (input) => await downloadAttachment(forgejo, input),
    }),
  ]
}

async function downloadAttachment(forgejo: ForgejoApi, input: ToolArguments): Promise<CallToolResult> {
  const path = `${releasesPath(input)}${apiPath(input.number('release_id'), 'assets', input.number('attachment_id'))}`
  const attachment = (await forgejo.get(path)) as Attachment
  if (attachment.size >= inlineLimitBytes) {
    return textResult({ attachment, inline: false, reason: 'too big to be sent along; fetch browser_download_url' })
  }
  const response = await forgejo.download(attachment.browser_download_url)
  const content = Buffer.from(await response.arrayBuffer())
  const description = { attachment, inline: true, bytes_included: content.length }
  return {
    content: [
      { type: 'text', text: JSON.stringify(description) },
      {
        type: 'resource',
        resource: {
          uri: attachment.browser_download_url,
          mimeType: response.headers.get('content-type') ?? 'application/octet-stream',
          blob: content.toString('base64'),
        },
      },
    ],
  }
}

function releasesPath(input: ToolArguments): string {
  return apiPath('repos', input.text('owner'), input.text('repo'), 'releases')
}
