import type { HandlerDefences } from './defence.ts'
import { adminDefences } from './handlers/admin.ts'
import { auditDefences } from './handlers/audit.ts'
import { authorizeDefences } from './handlers/authorize.ts'
import { callbackDefences } from './handlers/callback.ts'
import { channelDefences } from './handlers/channel.ts'
import { childDefences } from './handlers/child.ts'
import { clientDocumentDefences } from './handlers/client-documents.ts'
import { consentDefences } from './handlers/consent.ts'
import { databaseDefences } from './handlers/database.ts'
import { forgejoDefences } from './handlers/forgejo.ts'
import { injectorDefences } from './handlers/injector.ts'
import { limitDefences } from './handlers/limits.ts'
import { mcpAccessDefences } from './handlers/mcp-access.ts'
import { mcpMessageDefences } from './handlers/mcp-messages.ts'
import { mcpSessionDefences } from './handlers/mcp-sessions.ts'
import { metadataDefences } from './handlers/metadata.ts'
import { pageDefences } from './handlers/pages.ts'
import { registerDefences } from './handlers/register.ts'
import { revokeDefences } from './handlers/revoke.ts'
import { tokenDefences } from './handlers/token.ts'

/** Every handler's defences, in the order of `docs/design.md` §8.2. */
export const allDefences: readonly HandlerDefences[] = [
  registerDefences,
  authorizeDefences,
  consentDefences,
  callbackDefences,
  tokenDefences,
  revokeDefences,
  clientDocumentDefences,
  metadataDefences,
  forgejoDefences,
  mcpAccessDefences,
  mcpSessionDefences,
  mcpMessageDefences,
  pageDefences,
  limitDefences,
  databaseDefences,
  auditDefences,
  adminDefences,
  channelDefences,
  injectorDefences,
  childDefences,
]
