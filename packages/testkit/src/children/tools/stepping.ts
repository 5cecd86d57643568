import { childTool, type ChildTool, numberProperty, repositoryProperties, textProperty, textResult } from '../child-tool.ts'
import { apiPath, type ForgejoApi } from '../forgejo-api.ts'

/**
 * Tools that take their time and tell how far they are, as forgejo-mcp's own do not.
 *
 * @public Imported by the programs that `createChildProgram` writes.
 */
export function createSteppingTools(forgejo: ForgejoApi): readonly ChildTool[] {
  return [
    childTool({
      name: 'create_issue_in_steps',
      description: 'Asks Forgejo so many times who is signed in, reports progress after each, then opens an issue.',
      properties: { ...repositoryProperties, title: textProperty('Its title'), steps: numberProperty('How many') },
      required: ['owner', 'repo', 'title', 'steps'],
      async call(input, { progressToken, send }) {
        for (let progress = 1; progress <= input.number('steps'); progress++) {
          await forgejo.get('/user')
          send({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress } })
        }
        const path = apiPath('repos', input.text('owner'), input.text('repo'), 'issues')
        return textResult(await forgejo.send('POST', path, { title: input.text('title') }))
      },
    }),
  ]
}
