import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'sqlite',
  schema: './apps/gateway/src/store/libsql/schema.ts',
  out: './drizzle/migrations',
})
