import type { HandlerDefences } from './defence.ts'
import { childDefences } from './handlers/child.ts'
import { injectorDefences } from './handlers/injector.ts'

/** Every handler's defences, in the order of `docs/design.md` §8.2. */
export const allDefences: readonly HandlerDefences[] = [injectorDefences, childDefences]
