import { describe, expect, it } from 'vitest'
import { createFakeProgram, fakeHandshake } from './fixtures/fake-program.ts'
import { createManualTime } from './fixtures/manual-time.ts'
import { createTestRunner } from './fixtures/test-runner.ts'

describe('what the child program offers', () => {
  const lists = { 'tools/list': { tools: [{ name: 'first' }, { name: 'second' }] }, 'resources/templates/list': { resourceTemplates: [] } }

  it('is told by one child for all who ask: every page of each list that it knows', async () => {
    const program = createFakeProgram()
    const { runner } = createTestRunner({ program, settings: { poolSize: 2 } })
    const answers = await Promise.all([runner.catalogue(), runner.catalogue(), runner.catalogue()])
    expect(answers).toEqual(answers.map(() => ({ ok: true, value: { handshake: fakeHandshake, lists } })))
    expect(program.children).toHaveLength(2)
  })

  it('is told by a child that ends again where none is kept ready', async () => {
    const program = createFakeProgram()
    const { runner } = createTestRunner({ program })
    expect(await runner.catalogue()).toMatchObject({ ok: true })
    expect(await runner.catalogue()).toMatchObject({ ok: true })
    expect(program.children.map(({ isAlive }) => isAlive)).toEqual([false])
  })

  it('says what is wrong when the program is missing, and comes right once it is there', async () => {
    const program = createFakeProgram()
    program.behaviour.failure = { reason: 'not_found' }
    const time = createManualTime()
    const { runner } = createTestRunner({ program, time })
    const failure = { reason: 'child_unavailable', detail: expect.stringContaining('not found') }
    expect(await runner.catalogue()).toEqual({ ok: false, error: failure })
    expect((await runner.status()).child).toEqual({ state: 'error', detail: failure.detail })
    program.behaviour.failure = undefined
    time.advance(1_000)
    expect(await runner.catalogue()).toMatchObject({ ok: true })
    expect((await runner.status()).child).toEqual({ state: 'ok', name: 'Fake MCP Server', version: '1.2.3' })
  })

  it('is waited for some seconds where the child says nothing', async () => {
    const program = createFakeProgram()
    program.behaviour.greets = false
    const time = createManualTime()
    const { runner } = createTestRunner({ program, time })
    const answer = runner.catalogue()
    time.advance(11_000)
    expect(await answer).toMatchObject({ ok: false, error: { reason: 'child_unavailable' } })
  })

  it('is not taken from a child that fails to tell it just now: others are asked, at first at once', async () => {
    const program = createFakeProgram()
    const time = createManualTime()
    program.behaviour.lists = { 'tools/list': { error: { code: -32603, message: 'out of memory just now' } } }
    const { runner, makeKnown, call, logged } = createTestRunner({ program, time })
    const failure = { reason: 'child_unavailable', detail: expect.stringContaining('did not say what it offers (tools/list)') }
    expect(await runner.catalogue()).toEqual({ ok: false, error: failure })
    expect((await runner.status()).child).toEqual({ state: 'error', detail: failure.detail })
    expect([program.children.length, logged.filter(({ event }) => event.startsWith('circuit')).length]).toEqual([5, 1])
    program.behaviour.lists = {}
    time.advance(1_000)
    expect(await runner.catalogue()).toMatchObject({ ok: true, value: { lists } })
    await makeKnown('s:1')
    await call('s:1')
    expect(program.child().received).toHaveLength(1)
  })

  it('is void as soon as a child of another version is met, and told anew', async () => {
    const program = createFakeProgram()
    const { runner, makeKnown, call } = createTestRunner({ program })
    await runner.catalogue()
    let changes = 0
    const stop = runner.onCatalogueChanged(() => (changes += 1))
    await makeKnown('s:1')
    await call('s:1')
    expect(changes).toBe(0)
    program.behaviour.version = '2.0.0'
    await makeKnown('s:2')
    await call('s:2')
    expect(changes).toBe(1)
    expect(await runner.catalogue()).toMatchObject({ value: { handshake: { serverInfo: { version: '2.0.0' } }, lists } })
    expect(program.children).toHaveLength(3)
    stop()
    program.behaviour.version = '3.0.0'
    await makeKnown('s:3')
    await call('s:3')
    expect(changes).toBe(1)
  })
})
