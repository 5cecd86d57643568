import { accessLevels } from '@fjmcp-broker/shared/catalogue/access-level'
import { clientAuthMethods } from './client/client-auth-method.ts'
import { canonicalResource } from './resource.ts'

/**
 * What the authorization server says of itself: only what works today.
 *
 * @see RFC 8414 §2, RFC 9207 §3, draft-ietf-oauth-client-id-metadata-document §6
 */
export function authorizationServerMetadata(publicUrl: string, { clientDocuments }: { readonly clientDocuments: boolean }) {
  return {
    issuer: publicUrl,
    authorization_endpoint: `${publicUrl}/oauth/authorize`,
    token_endpoint: `${publicUrl}/oauth/token`,
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    registration_endpoint: `${publicUrl}/oauth/register`,
    scopes_supported: accessLevels,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: clientAuthMethods,
    revocation_endpoint_auth_methods_supported: clientAuthMethods,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: clientDocuments,
  } as const
}

/** @see RFC 9728 §2 */
export function protectedResourceMetadata(publicUrl: string) {
  return {
    resource: canonicalResource(publicUrl),
    authorization_servers: [publicUrl],
    scopes_supported: accessLevels,
    bearer_methods_supported: ['header'],
    resource_name: 'Forgejo',
  } as const
}
