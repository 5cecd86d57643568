import { tools as catalogue } from '@fjmcp-broker/shared/catalogue/tools'
import { expect, test } from 'vitest'
import { offerTools } from './offer-tools.ts'

const everything = { tools: catalogue.map(({ name }) => ({ name, inputSchema: { type: 'object', properties: { file_path: {} } } })) }

test('offers every tool that is known to a full grant, in order', () => {
  const { tools } = offerTools(everything, 'full') as typeof everything
  expect(tools.map(({ name }) => name)).toEqual(catalogue.map(({ name }) => name))
})

test.each(['read', 'write'] as const)('offers a grant of %s no tool that needs more', (level) => {
  const { tools } = offerTools(everything, level) as typeof everything
  const offered = new Set(tools.map(({ name }) => name))
  const allowed = level === 'read' ? ['read'] : ['read', 'write']
  expect(catalogue.filter((tool) => offered.has(tool.name) !== allowed.includes(tool.level))).toEqual([])
})

test('leaves what the child said untouched, and what is no list of tools as it is', () => {
  const said = structuredClone(everything)
  offerTools(everything, 'full')
  expect(everything).toEqual(said)
  expect(offerTools({ tools: 'none' }, 'full')).toEqual({ tools: 'none' })
  expect(offerTools({ tools: [null, 7, {}, { name: 3 }] }, 'full')).toEqual({ tools: [] })
})
