/** Which part of a listing is wanted. */
export interface Part {
  readonly limit: number
  /** The id at which the part before this one ended. */
  readonly after?: string | undefined
}
