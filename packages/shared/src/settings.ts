import { z } from 'zod'
import { defaultListenAddress, type ListenAddress, parseListenAddress } from './listen-address.ts'
import type { LogFormat, LogLevel } from './log.ts'
import { isKernelsOwn } from './path-in-setting.ts'

/** Settings that more than one process reads, or that several share the form of. */

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
  .meta({
    description:
      'Your Forgejo, such as `https://git.example.org`. It must be the address that Forgejo itself is set to (`ROOT_URL`): downloads from any other are refused.',
  })

const logLevels = ['debug', 'info', 'warn', 'error'] satisfies LogLevel[]

export const logLevel = z
  .enum(logLevels, { error: 'debug, info, warn or error' })
  .default('info')
  .meta({ description: 'How much the log says.', expected: '`debug`, `info`, `warn` or `error`' })

const logFormats = ['auto', 'json', 'text'] satisfies LogFormat[]

export const logFormat = z.enum(logFormats, { error: 'auto, json or text' }).default('auto').meta({
  description: 'How the log is written: a JSON object a line, or text for people. `auto`: text where the output is a terminal.',
  expected: '`auto`, `json` or `text`',
})

/** Where the broker listens for clients. */
export const listenAddress = z
  .string()
  .default(defaultListenAddress)
  .transform((text, context): ListenAddress => {
    const address = parseListenAddress(text)
    if (address !== undefined) return address
    context.addIssue('an address and a port, such as 127.0.0.1:8080 or [::1]:8080')
    return z.NEVER
  })
  .meta({
    description: 'Address and port where clients, or the proxy in front, reach the broker. `[::1]:8080` for IPv6, `[::]:8080` for both.',
  })

/** Where the gateway answers Prometheus; undefined where nobody is to measure. */
export const metricsListen = z
  .string()
  .optional()
  .transform((text, context): ListenAddress | undefined => {
    const address = text === undefined ? undefined : parseListenAddress(text)
    if (text !== undefined && address === undefined) context.addIssue('an address and a port, such as 127.0.0.1:9464')
    return address
  })
  .meta({
    description:
      'Address and port where Prometheus reads the metrics, as `GET /metrics` with `FJMCP_BROKER_METRICS_TOKEN` as bearer token. Off where it is not set. See [metrics.md](metrics.md).',
  })

/** What Prometheus presents. */
export const metricsToken = z
  .string()
  .regex(/^[\x21-\x7e]{16,}$/, { error: 'at least 16 visible characters, such as `openssl rand -hex 32` makes' })
  .optional()
  .meta({
    description:
      'The bearer token for the metrics, at least 16 characters, such as `openssl rand -hex 32` makes. Needed with `FJMCP_BROKER_METRICS_LISTEN`, and only with it.',
    secret: true,
  })

/** Where the runner listens for the gateway. */
export const runnerSocket = socketPath('./data/run/runner.sock').meta({ description: 'Unix socket between gateway and runner.' })

/** Where the gateway listens for the `fjmcp-broker` command. */
export const adminSocket = socketPath('./data/run/admin.sock').meta({ description: 'Unix socket of the `fjmcp-broker` command.' })

/** The longest message of MCP in either direction. */
export const maxMessageBytes = wholeNumber({ least: 65_536, most: 67_108_864, standard: 4_194_304 }).meta({
  description:
    'Largest message in either direction, in bytes. Messages that come in or wait for their answer take the memory of sixteen such at most, those of one user of four, and answers that clients have not read yet as much again: raise the memory of the container with it.',
})

/** How long a stop waits for the calls under way. */
export const drainSeconds = wholeNumber({ least: 0, most: 300, standard: 10 }).meta({
  description:
    'When the broker is stopped: how many seconds the calls under way have to end. What stops the container has to wait 10 seconds longer than that.',
})

export function wholeNumber({ least, most, standard }: { readonly least: number; readonly most: number; readonly standard: number }) {
  const expected = `a whole number from ${least} to ${most}`
  return z
    .string()
    .regex(/^\d{1,12}$/, { error: expected })
    .default(String(standard))
    .transform(Number)
    .refine((number) => number >= least && number <= most, { error: expected })
    .meta({ expected })
}

/** The path of a unix socket; the kernel takes 107 bytes at most. */
function socketPath(standard: string) {
  return z
    .string()
    .default(standard)
    .refine((path) => new TextEncoder().encode(path).length <= 107, {
      error: 'a path of at most 107 bytes (the kernel takes no longer ones for sockets)',
    })
    .refine((path) => !isKernelsOwn(path), { error: 'a path outside /proc and /sys' })
}
