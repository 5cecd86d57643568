import type { ChildCatalogue } from '@fjmcp-broker/shared/runner/runner'
import { cannedHandshake } from './canned-handler.ts'
import { createCannedTools } from './canned-tools.ts'

/** What the mock's child program offers. */
export async function cannedCatalogue(): Promise<ChildCatalogue> {
  const tools = createCannedTools('nobody').map(({ listed }) => listed)
  return {
    handshake: cannedHandshake,
    lists: { 'tools/list': { tools }, 'resources/list': { resources: [] }, 'resources/templates/list': { resourceTemplates: [] } },
  }
}
