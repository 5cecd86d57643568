/** Seeds of runs that once found something, and what it was; `npm test` runs each of them. */
export const keptSeeds: readonly number[] = []
