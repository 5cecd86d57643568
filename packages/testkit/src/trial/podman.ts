import { execa, type ResultPromise } from 'execa'

/** What a program said before it ended. Podman's own words, on standard error too, are left out. */
export interface Outcome {
  /** Undefined where a signal ended it. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** How long a call of Podman may take before it is ended. */
const patienceMs = 60_000

/** Runs Podman to its end, whatever that is; what takes longer than a minute is ended. */
export async function tryPodman(args: readonly string[], options: { readonly input?: Buffer | undefined } = {}): Promise<Outcome> {
  const { exitCode, stdout, stderr } = await start(args, options)
  return { exitCode, stdout: String(stdout), stderr: withoutPodmansWords(String(stderr)) }
}

/** Runs Podman and returns what it printed; throws with its own words where it fails. */
export async function podman(args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await tryPodman(args)
  if (exitCode !== 0) throw new Error(`podman ${args.join(' ')}\n${stdout}\n${stderr}`)
  return stdout
}

/** Runs Podman and returns the bytes that it printed; throws with its own words where it fails. */
export async function podmanBytes(args: readonly string[]): Promise<Buffer> {
  const result = await execa('podman', args, { encoding: 'buffer' })
  return Buffer.from(result.stdout)
}

function start(args: readonly string[], { input }: { readonly input?: Buffer | undefined }): ResultPromise {
  return execa('podman', args, { reject: false, timeout: patienceMs, ...(input === undefined ? { stdin: 'ignore' } : { input }) })
}

/** Without systemd it complains of its timers at every start. */
function withoutPodmansWords(stderr: string): string {
  const isPodmans = (line: string): boolean => /^time="[^"]*" level=/.test(line)
  return stderr
    .split('\n')
    .filter((line) => !isPodmans(line))
    .join('\n')
}
