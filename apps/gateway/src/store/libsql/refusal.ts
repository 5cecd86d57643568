/** Why a database is not opened. Nothing was changed in it. */
export interface StoreRefusal {
  readonly reason:
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
  /** For the operator: what is wrong, with which file, and what to do. */
  readonly message: string
}
