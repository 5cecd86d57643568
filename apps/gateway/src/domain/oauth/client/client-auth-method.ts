/**
 * How a client proves at the token endpoint who it is; `none`: it is public, and nothing but its code or token speaks for it.
 *
 * @see RFC 7591 §2
 */
export const clientAuthMethods = ['none', 'client_secret_basic', 'client_secret_post'] as const

export type ClientAuthMethod = (typeof clientAuthMethods)[number]
