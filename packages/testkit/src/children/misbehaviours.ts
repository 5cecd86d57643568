import { type CallContext, childTool, type ChildTool, numberProperty, textProperty, textResult } from './child-tool.ts'

/**
 * Tools that each break one rule, and a few that keep to them so that a test can see what the others did.
 *
 * @param grandchildPid What `describe_process` tells of a process that this one started.
 */
export function createMisbehaviours(grandchildPid: number | undefined): readonly ChildTool[] {
  return [...createObservers(grandchildPid), ...createHeldAnswers(), ...outputBreakers, ...protocolBreakers]
}

function createObservers(grandchildPid: number | undefined): readonly ChildTool[] {
  return [
    childTool({
      name: 'echo',
      description: 'Answers with the text that it is given.',
      properties: { text: textProperty('What to answer') },
      call: async (input) => textResult(input.text('text')),
    }),
    childTool({
      name: 'describe_process',
      description: 'Answers with all that the process was given, so that a test can look for secrets in it.',
      call: async () =>
        textResult({
          pid: process.pid,
          grandchildPid,
          arguments: process.argv,
          environment: process.env,
          folder: process.cwd(),
          uid: process.getuid?.(),
        }),
    }),
    childTool({
      name: 'fail_call',
      description: 'Fails in the ordinary way.',
      call: async () => await Promise.reject(new Error('this call failed')),
    }),
    childTool({
      name: 'report_progress',
      description: 'Sends a log message and two reports of progress, then answers.',
      async call(_, { progressToken, send }) {
        send({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'on the way' } })
        for (const progress of [1, 2]) {
          if (progressToken !== undefined) {
            send({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress, total: 2 } })
          }
        }
        return textResult('arrived')
      },
    }),
  ]
}

/** Slow answers whose time a test decides, not a clock. */
function createHeldAnswers(): readonly ChildTool[] {
  const held = new Map<string, () => void>()
  let cancellations = 0
  return [
    childTool({
      name: 'hold_answer',
      description: 'Answers only once `release_answer` is called with the same name.',
      properties: { name: textProperty('What to call the wait') },
      async call(input) {
        await new Promise<void>((resolve) => held.set(input.text('name'), resolve))
        return textResult(`released ${input.text('name')}`)
      },
    }),
    childTool({
      name: 'release_answer',
      description: 'Lets `hold_answer` answer; says whether one of that name was waiting.',
      properties: { name: textProperty('What the wait is called') },
      async call(input) {
        const release = held.get(input.text('name'))
        held.delete(input.text('name'))
        release?.()
        return textResult(release !== undefined)
      },
    }),
    childTool({
      name: 'answer_on_signal',
      description: 'Reports its process id as progress, answers when that process gets SIGUSR2, and keeps it alive until then.',
      async call(_, { progressToken, send }) {
        const signalled = Promise.withResolvers<void>()
        process.once('SIGUSR2', () => signalled.resolve())
        const life = setInterval(() => undefined, 1_000_000)
        if (progressToken !== undefined) {
          send({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: process.pid } })
        }
        await signalled.promise
        clearInterval(life)
        return textResult('signalled')
      },
    }),
    childTool({
      name: 'never_answer',
      description: 'Never answers, and keeps the process alive beyond the end of its input.',
      async call(_, { cancelled }) {
        cancelled.addEventListener('abort', () => (cancellations += 1))
        setInterval(() => undefined, 1_000_000)
        return await never()
      },
    }),
    childTool({
      name: 'count_cancellations',
      description: 'Answers how many calls of `never_answer` the client cancelled.',
      call: async () => textResult(cancellations),
    }),
  ]
}

const outputBreakers: readonly ChildTool[] = [
  childTool({
    name: 'write_garbage',
    description: 'Writes lines that are no messages, then answers in two pieces.',
    async call(_, context) {
      context.write('panic: runtime error\n\n{"half": \n"text"\n42\n[]\n{"jsonrpc":"2.0"}\n{"jsonrpc":"1.0","id":true,"result":7}\n')
      const answer = JSON.stringify(answerTo(context, 'garbage before'))
      context.write(answer.slice(0, 20))
      setImmediate(() => context.write(`${answer.slice(20)}\n`))
      return await never()
    },
  }),
  childTool({
    name: 'answer_hugely',
    description: 'Answers with a text of so many bytes.',
    properties: { bytes: numberProperty('How many') },
    call: async (input) => textResult('x'.repeat(input.number('bytes'))),
  }),
  childTool({
    name: 'write_endless_line',
    description: 'Writes so many bytes without a line end, and never answers.',
    properties: { bytes: numberProperty('How many') },
    async call(input, { write }) {
      write('x'.repeat(input.number('bytes')))
      return await never()
    },
  }),
  childTool({
    name: 'flood_stderr',
    description: 'Writes so many bytes to stderr before it answers.',
    properties: { bytes: numberProperty('How many') },
    async call(input) {
      process.stderr.write(`${'e'.repeat(input.number('bytes'))}\n`)
      return textResult('flooded')
    },
  }),
  childTool({
    name: 'flood_stdout',
    description: 'Sends so many log messages before it answers.',
    properties: { messages: numberProperty('How many') },
    async call(input, { write }) {
      const message = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'much ado' } }
      write(`${JSON.stringify(message)}\n`.repeat(input.number('messages')))
      return textResult('flooded')
    },
  }),
  childTool({
    name: 'exit_now',
    description: 'Ends the process in the middle of the call.',
    properties: { code: numberProperty('With which code') },
    call: async (input) => process.exit(input.number('code')),
  }),
  childTool({
    name: 'exit_mid_message',
    description: 'Ends the process in the middle of its answer.',
    async call(_, context) {
      context.write(JSON.stringify(answerTo(context, 'never whole')).slice(0, -5))
      process.exit(0)
    },
  }),
]

const protocolBreakers: readonly ChildTool[] = [
  childTool({
    name: 'answer_without_id',
    description: 'Answers with a null id, as forgejo-mcp does when a tool of it panics.',
    async call(_, { send }) {
      send({ jsonrpc: '2.0', id: null, error: { code: -32603, message: 'panic recovered' } })
      return await never()
    },
  }),
  childTool({
    name: 'answer_unknown_id',
    description: 'Answers requests that nobody sent before it answers its own.',
    async call(_, { send }) {
      send({ jsonrpc: '2.0', id: 999_999_999, result: { content: [] } })
      send({ jsonrpc: '2.0', id: 'nobody', error: { code: -32603, message: 'to nobody' } })
      return textResult('answered')
    },
  }),
  childTool({
    name: 'answer_twice',
    description: 'Answers two times.',
    async call(_, context) {
      context.send(answerTo(context, 'first'))
      return textResult('second')
    },
  }),
  childTool({
    name: 'ask_the_client',
    description: 'Sends requests of its own to the client before it answers.',
    async call(_, { send }) {
      send({ jsonrpc: '2.0', id: 'roots', method: 'roots/list' })
      send({ jsonrpc: '2.0', id: 0, method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } })
      return textResult('asked')
    },
  }),
]

function answerTo({ requestId }: CallContext, text: string): object {
  return { jsonrpc: '2.0', id: requestId, result: textResult(text) }
}

function never(): Promise<never> {
  return new Promise(() => undefined)
}
