/** Why a database is not opened. Nothing was changed in it. `unusable` is what the disk fails at: there is no room, or it has a fault. */
export type StoreRefusal = Explained<
  | 'bad_url'
  | 'not_writable'
  | 'second_owner'
  | 'not_a_database'
  | 'foreign_database'
  | 'newer_database'
  | 'altered_history'
  | 'altered_schema'
  | 'other_forgejo'
  | 'other_client_id'
  | 'missing_key'
  | 'unusable'
>

/** A failure as the operator is told of it. */
export interface Explained<Reason extends string> {
  readonly reason: Reason
  /** What is wrong, with which file: a sentence without its full stop. */
  readonly detail: string
  /** What to do: whole sentences, or a line for each thing that may help. */
  readonly remedy: string
  /** The one and the other. */
  readonly message: string
}

/** Says whether another try may find it otherwise, though nobody changes a setting or a file: when another process ends, or room is made. */
export function refusalMayPass({ reason }: StoreRefusal): boolean {
  return reason === 'second_owner' || reason === 'unusable'
}

/** Puts a failure into words; see `Explained`. What a database says of itself may be in them, so they lose what would speak to a terminal. */
export function explain<Reason extends string>({
  reason,
  detail,
  remedy,
}: {
  readonly reason: Reason
  readonly detail: string
  /** Several are told in lines of their own. */
  readonly remedy: string | readonly string[]
}): Explained<Reason> {
  const what = printable(detail)
  if (typeof remedy === 'string') return { reason, detail: what, remedy: printable(remedy), message: `${what}. ${printable(remedy)}` }
  const lines = remedy.map(printable)
  return { reason, detail: what, remedy: lines.join('\n'), message: [`${what}.`, ...lines.map((line) => `  ${line}`)].join('\n') }
}

/** In one line, without control characters and those that turn the direction of text. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}
