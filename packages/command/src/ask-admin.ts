import { err, ok, type Result } from '@fjmcp-broker/shared/result'
import { Agent, type Dispatcher } from 'undici'
import type { z } from 'zod'
import { type AdminFailure, explainRefusal, explainThrown, explainUnreadable } from './admin-failure.ts'
import { readLines } from './read-lines.ts'

/** A question to the broker that listens on an admin socket. */
export interface AdminQuestion {
  readonly socketPath: string
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** The path with its query. */
  readonly path: string
  /** Goes out as JSON. */
  readonly body?: object
}

/** Asks for one JSON object. An answer that does not fit the schema is a failure, which names the versions where they differ. */
export async function askAdmin<Schema extends z.ZodType>({
  schema,
  timeoutMs = 10_000,
  ...question
}: AdminQuestion & { readonly schema: Schema; readonly timeoutMs?: number }): Promise<Result<z.output<Schema>, AdminFailure>> {
  return ask({ ...question, signal: AbortSignal.timeout(timeoutMs) }, async ({ body, version }) => {
    const read = schema.safeParse(parseJson(await body.text()))
    return read.success ? ok(read.data) : err(explainUnreadable(version))
  })
}

/**
 * Asks for a stream of JSON objects, one a line, and hands over each as it comes; empty lines only keep the connection.
 *
 * @param signal Ends the stream, which is then a success.
 * @returns A failure where the broker broke off in the middle, or a line does not fit the schema.
 */
export async function askAdminForLines<Schema extends z.ZodType>({
  schema,
  onOpen = () => {},
  onLine,
  signal,
  ...question
}: AdminQuestion & {
  readonly schema: Schema
  /** Told when the broker has begun to answer. */
  readonly onOpen?: () => void
  readonly onLine: (line: z.output<Schema>) => void | Promise<void>
  readonly signal: AbortSignal
}): Promise<Result<void, AdminFailure>> {
  const answered = await ask({ ...question, signal }, async ({ body, version }) => {
    onOpen()
    for await (const line of readLines(body)) {
      const read = schema.safeParse(parseJson(line))
      if (!read.success) return err(explainUnreadable(version))
      await onLine(read.data)
    }
    return ok(undefined)
  })
  return signal.aborted ? ok(undefined) : answered
}

interface Answer {
  readonly body: Dispatcher.ResponseData['body']
  /** The broker's version; a stranger says none. */
  readonly version: string | undefined
}

async function ask<Value>(
  { socketPath, method = 'GET', path, body, signal }: AdminQuestion & { readonly signal: AbortSignal },
  read: (answer: Answer) => Promise<Result<Value, AdminFailure>>,
): Promise<Result<Value, AdminFailure>> {
  // What is asked may take its time; how long, the signal says.
  const agent = new Agent({ connect: { socketPath }, headersTimeout: 0, bodyTimeout: 0 })
  try {
    const response = await agent.request({
      origin: 'http://admin',
      method,
      path,
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const version = asText(response.headers['fjmcp-broker-version'])
    if (response.statusCode < 300) return await read({ body: response.body, version })
    return err(explainRefusal({ status: response.statusCode, body: parseJson(await response.body.text()), version }))
  } catch (error) {
    return err(explainThrown(error, socketPath))
  } finally {
    await agent.destroy()
  }
}

function asText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join()
}

/** Undefined where it is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
