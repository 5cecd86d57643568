import type { GatewayDependencies } from '../dependencies.ts'
import { type AccessMemory, createAccessMemory } from './access-memory.ts'
import { type AuditTrail, createAuditTrail } from './audit-trail.ts'
import { type ChildCatalogueMemory, createChildCatalogueMemory } from './child-catalogue.ts'
import { createForgejoContact, type ForgejoContact } from './forgejo-contact.ts'

/** What the public port and the admin socket of one process share. One for each database. */
export interface GatewayMemory extends AccessMemory {
  readonly auditTrail: AuditTrail
  readonly forgejoContact: ForgejoContact
  readonly catalogue: ChildCatalogueMemory
}

export function createGatewayMemory(
  deps: Pick<
    GatewayDependencies,
    'settings' | 'store' | 'runner' | 'forgejo' | 'secrets' | 'clock' | 'newId' | 'log' | 'probe' | 'waitUntil' | 'stopping'
  >,
): GatewayMemory {
  return {
    ...createAccessMemory(deps),
    auditTrail: createAuditTrail(deps),
    forgejoContact: createForgejoContact(deps),
    catalogue: createChildCatalogueMemory(deps),
  }
}
