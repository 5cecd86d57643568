import { childTool, type ChildTool, flagProperty, pageProperties, textProperty, textResult, type ToolArguments } from '../child-tool.ts'
import { apiPath, type ForgejoApi } from '../forgejo-api.ts'

export function createRepositoryTools(forgejo: ForgejoApi): readonly ChildTool[] {
  return [
    childTool({
      name: 'list_my_repos',
      description: 'Lists the repositories of the user who is signed in.',
      properties: pageProperties(100, { minimum: 1 }),
      required: ['page', 'limit'],
      call: async (input) =>
        textResult(await forgejo.get('/user/repos', { limit: input.number('limit', 100), page: input.number('page', 1) })),
    }),
    childTool({
      name: 'search_repos',
      description: 'Finds repositories by a keyword.',
      properties: {
        keyword: textProperty('What to look for'),
        sort: textProperty('By what to sort', 'updated'),
        order: textProperty('Ascending or descending', 'desc'),
        ...pageProperties(100),
      },
      call: async (input) => textResult(await searchRepositories(forgejo, input)),
    }),
    childTool({
      name: 'create_repo',
      description: 'Makes a repository, for the user or for an organization.',
      properties: {
        name: textProperty('Its name'),
        owner: textProperty('The organization to make it for'),
        description: textProperty('What it is'),
        private: flagProperty('Whether others may not see it'),
        auto_init: flagProperty('Whether it begins with a first commit'),
        template: flagProperty('Whether it is a template'),
        default_branch: textProperty('The name of its first branch'),
        gitignores: textProperty('Templates for .gitignore'),
        issue_labels: textProperty('Which set of labels to begin with'),
        license: textProperty('Its license'),
        readme: textProperty('Which README to begin with'),
      },
      required: ['name'],
      call: async (input) => textResult(await createRepository(forgejo, input)),
    }),
  ]
}

async function searchRepositories(forgejo: ForgejoApi, input: ToolArguments): Promise<unknown> {
  const found = await forgejo.get('/repos/search', {
    q: input.text('keyword'),
    sort: input.text('sort'),
    order: input.text('order'),
    limit: input.number('limit', 100),
    page: input.number('page', 1),
  })
  return (found as { readonly data?: unknown }).data
}

async function createRepository(forgejo: ForgejoApi, input: ToolArguments): Promise<unknown> {
  const owner = input.text('owner')
  return await forgejo.send('POST', owner === '' ? '/user/repos' : apiPath('org', owner, 'repos'), {
    name: input.text('name'),
    description: input.text('description'),
    private: input.flag('private'),
    auto_init: input.flag('auto_init'),
    template: input.flag('template'),
    default_branch: input.text('default_branch'),
    gitignores: input.text('gitignores'),
    issue_labels: input.text('issue_labels'),
    license: input.text('license'),
    readme: input.text('readme'),
  })
}
