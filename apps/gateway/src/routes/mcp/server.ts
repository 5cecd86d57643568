import type { GatewayDependencies } from '../../dependencies.ts'
import type { Limiting } from '../../middleware/limit-address.ts'
import type { AccessMemory } from '../../memory/access-memory.ts'
import type { ChildCatalogueMemory } from '../../memory/child-catalogue.ts'
import type { BodyBudget } from '../../memory/body-budget.ts'
import type { StandaloneStreams } from './standalone-streams.ts'

/** What the MCP endpoint needs from outside. */
export interface McpDependencies
  extends
    Pick<GatewayDependencies, 'settings' | 'runner' | 'clock' | 'newId' | 'secrets' | 'log' | 'probe' | 'waitUntil' | 'stopping'>,
    Omit<AccessMemory, 'unsavedTokens'>,
    Limiting {
  readonly catalogue: ChildCatalogueMemory
  readonly timings?: Partial<McpTimings>
}

export interface McpTimings {
  /** How long the head of a response waits for the child's first message, before it becomes a stream. */
  readonly headWaitMs: number
  /** The interval of comments on a stream. */
  readonly keepAliveMs: number
  /** After which time clients are told to resume a broken stream. */
  readonly retryMs: number
}

/** The endpoint at work: what it was given and what it remembers of open responses and of what the runner was told. */
export interface McpServer extends Omit<McpDependencies, 'timings'> {
  readonly standaloneStreams: StandaloneStreams
  readonly bodies: BodyBudget
  /** What answers take that were given and not read yet. */
  readonly answers: BodyBudget
  readonly timings: McpTimings
}
