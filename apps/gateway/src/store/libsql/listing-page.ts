import { eq, lt, type SQL } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { Listing, Page } from '../access-listing.ts'

/** Narrows to rows whose column has this value; all where none is given. */
export function equals(column: SQLiteColumn, value: string | undefined): SQL | undefined {
  return value === undefined ? undefined : eq(column, value)
}

/** Narrows to what comes after the part before this one. */
export function follows(id: SQLiteColumn, { after }: Page): SQL | undefined {
  return after === undefined ? undefined : lt(id, after)
}

/** @param rows One more than the page has room for, where there are more. */
export function toListing<Row extends { readonly id: string }>(rows: readonly Row[], { limit }: Page): Listing<Row> {
  const shown = rows.slice(0, limit)
  return { rows: shown, next: rows.length > limit ? shown.at(-1)?.id : undefined }
}
