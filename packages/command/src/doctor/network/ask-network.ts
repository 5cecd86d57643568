import { lookup } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '@fjmcp-broker/shared/clock'
import { err, ok } from '@fjmcp-broker/shared/result'
import { Agent, type Dispatcher, request } from 'undici'
import type { Answer, Ask, Question, Resolve } from './ask.ts'
import { classifyFailure } from './classify-failure.ts'

/** The real network. */
export interface Network {
  readonly ask: Ask
  readonly resolve: Resolve
}

const maxBodyBytes = 65_536

/**
 * @param answerWithinMs How long a question may take in all, its look-up included.
 * @param connectWithinMs How long of that may pass until TCP and TLS are there, which tells a firewall from a program that hangs.
 * @param certificateAuthority A PEM certificate that is trusted instead of the public ones.
 */
export function createNetwork({
  clock,
  answerWithinMs = 5_000,
  connectWithinMs = 3_000,
  certificateAuthority,
}: {
  readonly clock: Clock
  readonly answerWithinMs?: number
  readonly connectWithinMs?: number
  readonly certificateAuthority?: string
}): Network {
  const agent = new Agent({
    connect: { timeout: connectWithinMs, ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }) },
  })
  return {
    async ask(question) {
      try {
        return ok(await send({ question, agent, clock, signal: AbortSignal.timeout(answerWithinMs) }))
      } catch (error) {
        return err(classifyFailure(error, answerWithinMs))
      }
    },
    async resolve(hostname) {
      const tooLate = new AbortController()
      const found = lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).then(
        (entries) => entries.map(({ address }) => address),
        () => [],
      )
      const addresses = await Promise.race([found, delay(answerWithinMs, [], { signal: tooLate.signal }).catch(() => [])])
      tooLate.abort()
      return addresses
    },
  }
}

async function send({
  question: { url, method = 'GET', headers = {}, body },
  agent,
  clock,
  signal,
}: {
  readonly question: Question
  readonly agent: Dispatcher
  readonly clock: Clock
  readonly signal: AbortSignal
}): Promise<Answer> {
  const response = await request(url, { method, headers: { ...headers }, body: body ?? null, dispatcher: agent, signal })
  const receivedAtMs = clock()
  return {
    status: response.statusCode,
    headers: new Headers(Object.entries(response.headers).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one]))),
    body: await readBeginning(response.body),
    receivedAtMs,
  }
}

async function readBeginning(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    bytes += chunk.byteLength
    if (bytes >= maxBodyBytes) break
  }
  return text
}
