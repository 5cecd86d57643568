/** Why a database is not opened. Nothing was changed in it. */
export type StoreRefusal = Explained<
  | 'bad_url'
  | 'not_writable'
  | 'second_owner'
  | 'not_a_database'
  | 'foreign_database'
  | 'newer_database'
  | 'altered_history'
  | 'other_forgejo'
  | 'other_client_id'
  | 'other_secret'
  | 'unusable'
>

/** A failure as the operator is told of it. */
export interface Explained<Reason extends string> {
  readonly reason: Reason
  /** What is wrong, with which file: a sentence without its full stop. */
  readonly detail: string
  /** What to do: whole sentences. */
  readonly remedy: string
  /** The one and the other. */
  readonly message: string
}

/** Puts a failure into words; see `Explained`. */
export function explain<Reason extends string>({
  reason,
  detail,
  remedy,
}: {
  readonly reason: Reason
  readonly detail: string
  readonly remedy: string
}): Explained<Reason> {
  return { reason, detail, remedy, message: `${detail}. ${remedy}` }
}
