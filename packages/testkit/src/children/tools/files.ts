import {
  childTool,
  type ChildTool,
  flagProperty,
  numberProperty,
  repositoryProperties,
  textProperty,
  textResult,
  type ToolArguments,
} from '../child-tool.ts'
import { apiPath, type ForgejoApi } from '../forgejo-api.ts'

const commitProperties = {
  ...repositoryProperties,
  filePath: textProperty('Where the file is in the repository'),
  message: textProperty('What the commit says'),
  branch_name: textProperty('The branch to commit to'),
  new_branch_name: textProperty('A branch to make for the commit'),
}

export function createFileTools(forgejo: ForgejoApi): readonly ChildTool[] {
  return [
    childTool({
      name: 'get_file_content',
      description: 'Reads a file as text, or a range of its lines, or all that Forgejo knows of it.',
      properties: {
        ...repositoryProperties,
        ref: textProperty('Branch, tag or commit'),
        filePath: textProperty('Where the file is in the repository'),
        start_line: numberProperty('First line, counted from 1'),
        end_line: numberProperty('Last line, itself included'),
        with_metadata: flagProperty('Whether to give all that Forgejo knows of the file, its content as base64'),
      },
      required: ['owner', 'repo', 'ref', 'filePath'],
      call: async (input) => textResult(await readFile(forgejo, input)),
    }),
    childTool({
      name: 'create_file',
      description: 'Commits a new file.',
      properties: { ...commitProperties, content: textProperty('What is in it, as text') },
      required: ['owner', 'repo', 'filePath', 'content', 'message', 'branch_name'],
      call: async (input) => textResult(await forgejo.send('POST', contentsPath(input), { ...commitOf(input), content: contentOf(input) })),
    }),
    childTool({
      name: 'update_file',
      description: 'Commits a change of a file.',
      properties: {
        ...commitProperties,
        content: textProperty('What is in it from now on, as text'),
        sha: textProperty('The blob that it replaces'),
      },
      required: ['owner', 'repo', 'filePath', 'content', 'message', 'branch_name', 'sha'],
      call: async (input) =>
        textResult(
          await forgejo.send('PUT', contentsPath(input), { ...commitOf(input), content: contentOf(input), sha: input.text('sha') }),
        ),
    }),
    childTool({
      name: 'delete_file',
      description: 'Commits the removal of a file.',
      properties: { ...commitProperties, sha: textProperty('The blob that it removes') },
      required: ['owner', 'repo', 'filePath', 'message', 'branch_name', 'sha'],
      async call(input) {
        await forgejo.send('DELETE', contentsPath(input), { ...commitOf(input), sha: input.text('sha') })
        return textResult('Delete file success')
      },
    }),
  ]
}

async function readFile(forgejo: ForgejoApi, input: ToolArguments): Promise<unknown> {
  const ref = { ref: input.text('ref') }
  if (input.flag('with_metadata')) return await forgejo.get(contentsPath(input), ref)
  const text = await forgejo.getText(filePath(input, 'raw'), ref)
  const [start, end] = [input.number('start_line'), input.number('end_line')]
  if (start === 0 && end === 0) return text
  const lines = text.split('\n')
  return lines.slice(Math.max(start, 1) - 1, end === 0 ? lines.length : end).join('\n')
}

function contentsPath(input: ToolArguments): string {
  return filePath(input, 'contents')
}

function filePath(input: ToolArguments, kind: 'contents' | 'raw'): string {
  return apiPath('repos', input.text('owner'), input.text('repo'), kind, ...input.text('filePath').split('/'))
}

function commitOf(input: ToolArguments): object {
  return { message: input.text('message'), branch: input.text('branch_name'), new_branch: input.text('new_branch_name') }
}

function contentOf(input: ToolArguments): string {
  return Buffer.from(input.text('content')).toString('base64')
}
