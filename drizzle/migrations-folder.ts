import { fileURLToPath } from 'node:url'

/** Absolute path of the migrations. The bundle keeps them beside itself, as they are beside this file. */
export const migrationsFolder = fileURLToPath(new URL('./migrations', import.meta.url))
