import { createFakeForgejo } from '../forgejo/fake-forgejo.ts'
import { serveFetch } from '../serve-fetch.ts'

/** A Forgejo for the broker to delegate to. */
export interface DemoForgejo {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  close(): Promise<void>
}

/** Serves a make-believe Forgejo, at which the broker's callback is registered: on port 3000, else on one that the system chooses. */
export async function startMakeBelieveForgejo(callbackUrl: string): Promise<DemoForgejo> {
  const application = { clientId: crypto.randomUUID(), clientSecret: crypto.randomUUID() }
  const fake = createFakeForgejo({ applications: [{ name: 'forgejo-mcp-broker', ...application, redirectUris: [callbackUrl] }] })
  const served = await serveFetch(fake.fetch, { port: 3000 }).catch(() => serveFetch(fake.fetch, { port: 0 }))
  return { ...application, url: served.url, close: () => served.close() }
}
