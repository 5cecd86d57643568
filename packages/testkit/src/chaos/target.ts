import type { FakeForgejo } from '../forgejo/fake-forgejo.ts'
import type { McpClient } from '../mcp-client.ts'

/** A broker under test, wherever it runs, and the Forgejo behind it. */
export interface Target {
  readonly publicUrl: string
  readonly forgejo: FakeForgejo
  connect(login: 'alice' | 'bob'): Promise<McpClient>
}
