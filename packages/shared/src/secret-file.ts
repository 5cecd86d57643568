import { err, ok, type Result } from './result.ts'

/** Reads the whole of a small file that holds a secret. */
export type ReadSecretFile = (path: string) => Result<SecretFile, SecretFileFailure>

export interface SecretFile {
  readonly text: string
  /** The permission bits. */
  readonly mode: number
}

export type SecretFileFailure =
  | { readonly reason: 'missing' }
  | { readonly reason: 'not_a_file' }
  | { readonly reason: 'too_large'; readonly mostBytes: number }
  /** `uid` is the one that tried. */
  | { readonly reason: 'not_permitted'; readonly uid: number }
  | { readonly reason: 'unreadable'; readonly code: string }

/**
 * Takes the secret out of its file, without the line break at its end. A file that every user of the machine may read, or that its
 * group or others may write, is refused. The failure says what is expected of the file.
 */
export function takeSecret(file: Result<SecretFile, SecretFileFailure>): Result<string, string> {
  if (!file.ok) return err(describeFailure(file.error))
  const { text, mode } = file.value
  const permitted = (mode & readableByOthers) !== 0 ? 'read' : (mode & writableByOthers) !== 0 ? 'write' : undefined
  if (permitted !== undefined) return err(`a file that nobody else may ${permitted}, not one of mode ${octal(mode)}: ${remedy}`)
  const secret = text.replace(/\r?\n$/, '')
  return secret === '' ? err('a file that is not empty') : ok(secret)
}

const readableByOthers = 0o004
// Who can write the file can put a secret of his own choice there.
const writableByOthers = 0o022

const remedy = 'chmod 600 it, or give a podman secret mode=0400,uid=65532'

function describeFailure(failure: SecretFileFailure): string {
  switch (failure.reason) {
    case 'missing':
      return 'a file that exists'
    case 'not_a_file':
      return 'a file, not a folder or a device'
    case 'too_large':
      return `a file of at most ${failure.mostBytes} bytes`
    case 'not_permitted':
      return `a file that uid ${failure.uid} may read: chown it, or give a podman secret mode=0400,uid=${failure.uid}`
    case 'unreadable':
      return `a readable file (${failure.code})`
  }
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
