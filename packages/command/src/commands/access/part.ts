/** Which part of a listing is wanted. */
export interface Part {
  readonly limit: number
  /** The id at which the part before this one ended. */
  readonly after?: string | undefined
}

/**
 * What is said where there are no rows.
 *
 * @param none Where everything was asked for.
 * @param noneFits Where only a part was.
 */
export function sayNone(asked: Part, { none, noneFits }: { readonly none: string; readonly noneFits: string }): string {
  const isPart = Object.entries(asked).some(([name, value]) => name !== 'limit' && value !== undefined)
  return isPart ? noneFits : none
}
