import { LibsqlError } from '@libsql/client/sqlite3'
import { DrizzleQueryError } from 'drizzle-orm'
import { OwnerEnded, StoreFailure } from '../store.ts'

/**
 * Gives the same methods, whose failures in the database are `StoreFailure`s with libsql's error as `cause`; a row that comes too late,
 * since what it belongs to was ended, is an `OwnerEnded`. Any other broken constraint is a bug of ours and stays an `Error`. drizzle's own
 * error is dropped, since its message holds the parameters.
 */
export function withStoreFailures<Methods extends object>(methods: Methods): Methods {
  return new Proxy(methods, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return async (...args: readonly unknown[]): Promise<unknown> => {
        try {
          return await Reflect.apply(method, target, args)
        } catch (error) {
          throw translate(error)
        }
      }
    },
  })
}

/** libsql's error in a chain of causes; `undefined` where the database has no part in a failure. */
export function findLibsqlError(error: unknown): LibsqlError | undefined {
  if (error instanceof LibsqlError) return error
  return error instanceof Error ? findLibsqlError(error.cause) : undefined
}

/** libsql reports a file that it cannot open without a code and with the path in its message; this gives it a code instead. */
export function asOpenFailure(error: unknown): LibsqlError {
  if (error instanceof LibsqlError) return error
  const cause = error instanceof Error ? error : undefined
  return new LibsqlError('the database file cannot be opened', 'SQLITE_CANTOPEN', undefined, undefined, cause)
}

/** Rows that are not as they were written count as damage, which SQLite did not find. */
export function asDamage(cause: Error): LibsqlError {
  return new LibsqlError('rows are not as they were written', 'SQLITE_CORRUPT', undefined, undefined, cause)
}

function translate(error: unknown): unknown {
  const cause = findLibsqlError(error)
  if (cause === undefined) return withoutQuery(error)
  if (cause.extendedCode === 'SQLITE_CONSTRAINT_FOREIGNKEY') {
    return new OwnerEnded('the user, client or grant that a row was to belong to has ended meanwhile', { cause })
  }
  if (cause.code === 'SQLITE_CONSTRAINT') return new Error('a statement broke a constraint of the database', { cause })
  return new StoreFailure(`the database could not do what was asked: ${cause.code}`, { cause })
}

/** What drizzle could not even send, such as a number that SQL does not have: a bug of ours. */
function withoutQuery(error: unknown): unknown {
  const query = findQueryError(error)
  return query === undefined ? error : new Error('a statement could not be made', { cause: query.cause })
}

function findQueryError(error: unknown): DrizzleQueryError | undefined {
  if (error instanceof DrizzleQueryError) return error
  return error instanceof Error ? findQueryError(error.cause) : undefined
}
