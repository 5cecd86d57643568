import { Hono } from 'hono'
import { type ForgejoState, originOf } from '../state.ts'

/** `GET /.well-known/openid-configuration`. The issuer is the origin without a slash, as from v13 on. */
export function discovery(state: Pick<ForgejoState, 'origin'>): Hono {
  const app = new Hono()
  app.get('/.well-known/openid-configuration', (c) => {
    const origin = originOf(state, c.req.raw)
    return c.json({
      issuer: origin,
      authorization_endpoint: `${origin}/login/oauth/authorize`,
      token_endpoint: `${origin}/login/oauth/access_token`,
      jwks_uri: `${origin}/login/oauth/keys`,
      userinfo_endpoint: `${origin}/login/oauth/userinfo`,
      introspection_endpoint: `${origin}/login/oauth/introspect`,
      response_types_supported: ['code', 'id_token'],
      id_token_signing_alg_values_supported: ['RS256'],
      subject_types_supported: ['public'],
      scopes_supported: ['openid', 'profile', 'email', 'groups'],
      claims_supported: ['aud', 'exp', 'iat', 'iss', 'sub', 'name', 'preferred_username', 'email', 'groups'],
      code_challenge_methods_supported: ['plain', 'S256'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
    })
  })
  return app
}
