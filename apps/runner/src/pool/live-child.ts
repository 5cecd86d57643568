import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import type { SessionKey } from '@fjmcp-broker/shared/runner/runner'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import type { ChildEffect } from '../supervision/effect.ts'
import type { ChildEvent } from '../supervision/event.ts'

/** A child's process, as whoever has it handles it. */
export interface LiveChild {
  readonly pid: number | undefined
  write(message: JSONRPCMessage): void
  /** Makes its token worthless and closes its input. */
  close(): void
  signal(signal: 'SIGTERM' | 'SIGKILL'): void
  /** Gives it to a session for good: from now on its token stands for that one, and what becomes of it is told to this owner. Throws a second time. */
  handOver(session: ChildOfSession, owner: ChildOwner): void
  setAccessLevel(accessLevel: AccessLevel): void
  /** Its resident memory when that was last measured. */
  memoryBytes(): number | undefined
}

export interface ChildOfSession {
  readonly key: SessionKey
  readonly userId: string
  readonly accessLevel: AccessLevel
}

/** Who has a child, and hears of it. */
export interface ChildOwner {
  tell(event: ChildEvent): void
  /** Where the child is in its life, and whose it is, for the log. */
  describe(): { readonly phase: string; readonly session?: SessionKey | undefined }
}

/** Does what was decided to a child, where there is one. */
export function performOn(child: LiveChild | undefined, effect: ChildEffect): void {
  switch (effect.type) {
    case 'write':
      return child?.write(effect.message)
    case 'close':
      return child?.close()
    case 'signal':
      return child?.signal(effect.signal)
  }
}

/** Starts a child for this owner, with a token that stands for nobody; what becomes of it is told as events. */
export type StartChild = (owner: ChildOwner) => LiveChild
