/** How long a person has from the client's redirect through consent and Forgejo back to us. */
export const signInTtlMs = 10 * 60_000

/**
 * How many sign-ins are kept that have begun and not ended: the newest. Each takes a few kilobytes at most. One address can have 600, so
 * that to push anybody out takes very many.
 */
export const mostSignIns = 50_000

/** How long a client has to exchange an authorization code. */
export const codeTtlMs = 60_000

/** How long a client is kept that registered and with which nobody ever signed in: anybody can register. */
export const unusedClientTtlMs = 30 * 24 * 60 * 60_000

/** The same for a client known by its metadata document, which can be fetched again at any time. */
export const unusedDocumentClientTtlMs = 24 * 60 * 60_000

/**
 * How many clients are kept, of both kinds, with which nobody ever signed in: the newest. At the greatest speed that the limits allow, they
 * are over an hour's worth.
 */
export const mostUnusedClients = 10_000

/** How long a client's metadata document is taken for current at least and at most, whatever its host says. */
export const leastDocumentFreshnessMs = 5 * 60_000
export const mostDocumentFreshnessMs = 24 * 60 * 60_000

/** How long beyond that it is still used while its host gives no answer. */
export const staleDocumentTtlMs = 7 * 24 * 60 * 60_000

/** How long a URL is left alone after it gave no usable document. */
export const documentFailureMemoryMs = 60_000

/** How long beyond its own time a code that was exchanged is remembered, so that whoever presents it again ends what came of it. */
export const usedCodeMemoryMs = 60 * 60_000

export const accessTokenTtlMs = 60 * 60_000

/** How long beyond its own time an access token is remembered, so that its client is told to refresh it and not taken for one that guesses. */
export const expiredTokenMemoryMs = 60 * 60_000

/** Counted from each rotation: a client that is used once in this time stays signed in. */
export const refreshTokenTtlMs = 90 * 24 * 60 * 60_000
