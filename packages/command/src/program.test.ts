import { expect, test } from 'vitest'
import { runProgram } from './program.ts'

test('says what it is, in one line', async () => {
  for (const option of ['--version', '-V']) {
    const { code, printed } = await run([option])
    expect({ code, printed }).toEqual({ code: 0, printed: [expect.stringMatching(/^fjmcp-broker \d+\.\d+\.\d+ \(.*\)$/)] })
  }
})

test('says in one line that it cannot read what the image’s build wrote', async () => {
  const { code, complaints } = await run(['--version'], {}, new URL('program.ts', import.meta.url))
  expect({ code, complaints }).toEqual({
    code: 1,
    complaints: [expect.stringMatching(/^fjmcp-broker --version failed: .+ is not what the image's build writes/)],
  })
})

test('describes every command, with its exit codes', async () => {
  const { code, printed } = await run(['--help'])
  expect(code).toBe(0)
  const commands = [...(printed[0]?.matchAll(/^ {2}([a-z]+)\b.* {2,}\w/gm) ?? [])].map(([, name]) => name ?? '')
  expect(commands).toEqual(expect.arrayContaining(['serve', 'status', 'config', 'health']))
  expect(commands).not.toContain('gateway')
  for (const command of commands) {
    const help = await run([command, '--help'])
    expect(help.code).toBe(0)
    expect(help.printed.join('\n')).toMatch(/Usage: fjmcp-broker [\s\S]+Exit codes: 0 /)
  }
})

test.each([
  [[], 'Usage: fjmcp-broker'],
  [['statsu'], '(Did you mean status?)'],
  [['status', '--jsno'], '(Did you mean --json?)'],
  [['status', 'more'], 'too many arguments'],
  [['--versoin'], '(Did you mean --version?)'],
])('ends %j with 64 and a hint', async (args, hint) => {
  const { code, printed, complaints } = await run(args)
  expect({ code, printed }).toEqual({ code: 64, printed: [] })
  expect(complaints.join('\n')).toContain(hint)
})

test('knows that it is the image’s program by what the build left beside it', async () => {
  const environment = { FJMCP_BROKER_LISTEN: '0.0.0.0:8080' }
  const inImage = await run(['config'], environment, new URL('program.ts', import.meta.url))
  expect(inImage.printed.join()).toMatch(/^FJMCP_BROKER_LISTEN +image /m)
  expect((await run(['config'], environment)).printed.join()).toMatch(/^FJMCP_BROKER_LISTEN +environment /m)
})

test('ends an exception that nobody expected with 1 and one line, and with its stack only where more is asked for', async () => {
  expect(await run(['config'], createBrokenEnvironment({}))).toEqual({
    code: 1,
    printed: [],
    complaints: ['fjmcp-broker config failed: Error: broken in two (FJMCP_BROKER_LOG_LEVEL=debug says more)'],
  })
  const { complaints } = await run(['config'], createBrokenEnvironment({ FJMCP_BROKER_LOG_LEVEL: 'debug' }))
  expect(complaints).toEqual([expect.stringMatching(/^Error: broken\nin two\n +at /)])
})

test('says in JSON too why no command ran, or why one threw', async () => {
  const wrong = await run(['status', '--json', 'more'])
  expect(wrong).toMatchObject({ code: 64, complaints: [expect.stringContaining('too many arguments'), expect.stringContaining('--help')] })
  expect(wrong.printed.map((text): unknown => JSON.parse(text))).toEqual([
    { ok: false, error: { reason: 'usage', message: expect.stringContaining('too many arguments') } },
  ])
  const broken = await run(['config', '--json'], createBrokenEnvironment({}))
  expect(broken).toMatchObject({ code: 1, complaints: [] })
  expect(broken.printed.map((text): unknown => JSON.parse(text))).toEqual([
    { ok: false, error: { reason: 'unexpected', message: expect.stringContaining('broken in two') } },
  ])
})

/** One that throws when it is read. */
function createBrokenEnvironment(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.defineProperty({ ...values }, 'FORGEJO_URL', {
    enumerable: true,
    get() {
      throw new Error('broken\nin two')
    },
  })
}

const absent = new URL('absent.json', import.meta.url)

async function run(args: readonly string[], environment: Readonly<Record<string, string>> = {}, aboutFile = absent) {
  const printed: string[] = []
  const complaints: string[] = []
  const code = await runProgram({
    args,
    self: [process.execPath, ''],
    environment,
    aboutFile,
    clock: Date.now,
    print: (text) => void printed.push(text),
    complain: (text) => void complaints.push(text),
  })
  return { code, printed, complaints }
}
