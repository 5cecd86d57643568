import { describe, expect, it } from 'vitest'
import type { ChildFault } from './event.ts'
import { beginNewcomer, type Newcomer, superviseNewcomer } from './newcomer.ts'

const limits = { startTimeoutMs: 10_000, endGraceMs: 2_000, catalogueSize: 1_000 }
const ready: Newcomer = { name: 'ready', livedAtMs: undefined }

function lossOf(state: Newcomer, event: Parameters<typeof superviseNewcomer>[1]) {
  const { effects } = superviseNewcomer(state, event, { nowMs: 0, limits, catalogue: undefined, isBeingLearned: false })
  return effects.flatMap((effect) => (effect.type === 'failed' ? [effect.loss] : []))
}

describe('a child that fails before anybody has it', () => {
  it.each<readonly [ChildFault, string]>([
    ['memory_exceeded', 'FJMCP_BROKER_CHILD_MEMORY_MIB'],
    ['stdout_flood', 'FJMCP_BROKER_CHILD_STDOUT_KIB_PER_SECOND'],
    ['stderr_flood', 'FJMCP_BROKER_CHILD_STDERR_KIB_PER_SECOND'],
    ['message_too_long', 'longer line'],
    ['output_closed', 'closed its output'],
    ['input_stuck', 'does not read its input'],
  ])('by %s is told of as that, also after its start', (fault, words) => {
    const told = [{ of: 'nobody', detail: expect.stringContaining(words) }]
    expect(lossOf(ready, { type: 'broke', fault })).toEqual(told)
    expect(lossOf(beginNewcomer({ nowMs: 0, limits }).state, { type: 'broke', fault })).toEqual(told)
  })

  it.each(['EAGAIN', 'ENOMEM', 'EMFILE', 'NO_FREE_UID'])('for %s is the system’s failure and not the program’s', (code) => {
    const { state } = beginNewcomer({ nowMs: 0, limits })
    const end = { kind: 'not_started', cause: { reason: 'refused', code } } as const
    expect(lossOf(state, { type: 'ended', end })).toMatchObject([{ of: 'system' }])
  })

  it('because it is no program is the program’s', () => {
    const end = { kind: 'not_started', cause: { reason: 'not_executable' } } as const
    expect(lossOf(beginNewcomer({ nowMs: 0, limits }).state, { type: 'ended', end })).toMatchObject([{ of: 'nobody' }])
  })
})
