import { z } from 'zod'
import type { LogLevel } from './log.ts'

/** Settings that more than one process reads, or that several share the form of. */

export interface ListenAddress {
  readonly host: string
  readonly port: number
}

/** Where Forgejo is: an http or https URL, a path included where Forgejo lives under one; without its trailing slash. */
export const forgejoUrl = z
  .string({ error: 'required: the URL of your Forgejo, such as https://git.example.org' })
  .transform((text, context) => {
    const url = URL.parse(text)
    const isPlain =
      url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
    if (isPlain) return url.href.replace(/\/+$/, '')
    context.addIssue('an http:// or https:// URL, such as https://git.example.org')
    return z.NEVER
  })

export const logLevel = z
  .enum(['debug', 'info', 'warn', 'error'] satisfies LogLevel[], { error: 'debug, info, warn or error' })
  .default('info')

/** `host:port`, with an IPv6 host in brackets. Port 0 lets the system choose. */
export function listenAddress(standard: string) {
  return z
    .string()
    .default(standard)
    .transform((text, context): ListenAddress => {
      const match = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
      const host = match?.[1] ?? match?.[2]
      const port = Number(match?.[3])
      if (host !== undefined && port <= 65_535) return { host, port }
      context.addIssue('an address and a port, such as 127.0.0.1:8080 or [::1]:8080')
      return z.NEVER
    })
}

/** Where the runner listens for the gateway. */
export const runnerSocket = socketPath('./data/run/runner.sock')

/** Where the gateway listens for the `fjmcp-broker` command. */
export const adminSocket = socketPath('./data/run/admin.sock')

/** The longest message of MCP in either direction. */
export const maxMessageBytes = wholeNumber({ least: 65_536, most: 67_108_864, standard: 4_194_304 })

export function wholeNumber({ least, most, standard }: { readonly least: number; readonly most: number; readonly standard: number }) {
  const expected = `a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,12}$/, { error: expected })
    .default(String(standard))
    .transform(Number)
    .refine((number) => number >= least && number <= most, { error: expected })
}

/** The path of a unix socket; the kernel takes 107 bytes at most. */
function socketPath(standard: string) {
  return z
    .string()
    .default(standard)
    .refine((path) => new TextEncoder().encode(path).length <= 107, {
      error: 'a path of at most 107 bytes (the kernel takes no longer ones for sockets)',
    })
}
