import type { FakeForgejo } from '../forgejo/fake-forgejo.ts'
import type { McpClient } from '../mcp-client.ts'

/** A broker under test, wherever it runs, and the Forgejo behind it. */
export interface Target {
  readonly publicUrl: string
  /** A connection on which no answer begins for so long is given up; a client waits for ever where nothing is said. */
  readonly headWithinMs?: number
  readonly forgejo: FakeForgejo
  connect(login: 'alice' | 'bob'): Promise<McpClient>
}
