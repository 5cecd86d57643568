import type { HandlerDefences } from '../defence.ts'

const fetching = 'apps/gateway/src/upstream/client-documents/https-documents.ts'
const pinned = 'apps/gateway/src/upstream/client-documents/pinned-client.ts'
const reading = 'apps/gateway/src/upstream/client-documents/read-document.ts'
const limits = 'apps/gateway/src/upstream/client-documents/limit-fetches.ts'
const limitTests = 'apps/gateway/src/upstream/client-documents/limit-fetches.test.ts'
const addresses = 'apps/gateway/src/domain/network/public-address.ts'
const addressTests = 'apps/gateway/src/domain/network/public-address.test.ts'
const urls = 'apps/gateway/src/domain/oauth/client/document-url.ts'
const urlTests = 'apps/gateway/src/domain/oauth/client/document-url.test.ts'
const documents = 'apps/gateway/src/domain/oauth/client/client-document.ts'
const documentTests = 'apps/gateway/src/domain/oauth/client/client-document.test.ts'
const clients = 'apps/gateway/src/flows/oauth/document-clients.ts'
const clientTests = 'apps/gateway/test/oauth-client-documents.test.ts'
const flood = 'apps/gateway/test/security/flood-by-client-document.test.ts'
const forgery = 'apps/gateway/test/security/ssrf-by-client-document.test.ts'

/** What a `client_id` tries that is an address chosen by a stranger, and the host behind it. */
export const clientDocumentDefences: HandlerDefences = {
  handler: 'Client metadata documents: the fetch',
  defences: [
    {
      attack: 'have the broker connect to itself or the network behind it',
      catalogue: 'MCP: SSRF; CVE-2026-45609; CWE-918',
      stoppedIn: fetching,
      proof: { file: forgery, test: 'is not connected to: %s' },
      takenOut: { code: 'addresses.find((address) => !isAllowed(address))', replacement: "addresses.find((address) => address === '')" },
    },
    {
      attack: 'write an inner address so that it reads like an outer one (IPv6-mapped, NAT64, zones, octal)',
      catalogue: 'MCP: SSRF; RFC 6890',
      stoppedIn: addresses,
      proof: { file: addressTests, test: 'does not take for public what is %s: %s' },
      takenOut: { code: "address.match(givenOut) && address.range() === 'unicast'", replacement: "address.range() !== 'loopback'" },
    },
    {
      attack: 'reach what listens on a public address of this very machine',
      catalogue: 'MCP: SSRF',
      stoppedIn: addresses,
      proof: { file: addressTests, test: 'takes %s on a machine that has %j for public elsewhere: %s' },
      takenOut: { code: '&& !ownAddresses.some((own) => normalize(own) === normalize(text))', replacement: '' },
    },
    {
      attack: 'answer a second question for the address otherwise (DNS rebinding)',
      catalogue: 'MCP: SSRF; CWE-367',
      stoppedIn: pinned,
      proof: { file: forgery, test: 'is not connected to when it leads elsewhere the second time that it is asked for' },
      takenOut: { code: 'lookup: lookUpAmong(addresses),', replacement: '' },
    },
    {
      attack: 'use names of the machine’s own file of hosts',
      catalogue: 'MCP: SSRF',
      stoppedIn: 'apps/gateway/src/upstream/client-documents/resolve-host.ts',
      proof: {
        file: 'apps/gateway/src/upstream/client-documents/resolve-host.test.ts',
        test: 'does not take a name from the file of hosts',
      },
      takenOut: {
        code: 'signal.throwIfAborted()\n',
        replacement: "signal.throwIfAborted()\n    if (hostname === 'localhost') return ['127.0.0.1']\n",
      },
    },
    {
      attack: 'lead the broker on by a redirect',
      catalogue: 'MCP: SSRF; CWE-918',
      stoppedIn: reading,
      proof: { file: forgery, test: 'is not gone to by a redirect: %i' },
      takenOut: {
        code: "return await readDocument(await client.request({ method: 'GET', path: pathname, headers, signal }))",
        replacement:
          "const answer = await client.request({ method: 'GET', path: pathname, headers, signal })\n    const { location } = answer.headers\n    if (typeof location !== 'string') return await readDocument(answer)\n    return await fetchFrom(location, { addresses, signal, userAgent, port: Number(new URL(location).port), ca } as never)",
        file: fetching,
      },
    },
    {
      attack: 'stand in for the host of the address',
      catalogue: 'RFC 9110 §4.3.4; CWE-295',
      stoppedIn: pinned,
      proof: { file: forgery, test: 'is asked for nothing: it %s' },
      takenOut: { code: 'rejectUnauthorized: true', replacement: 'rejectUnauthorized: false' },
    },
    {
      attack: 'profit from an environment that switches certificates off',
      catalogue: 'CWE-295',
      stoppedIn: pinned,
      proof: { file: forgery, test: 'is asked for nothing though certificates are not checked elsewhere' },
      takenOut: { code: 'rejectUnauthorized: true,', replacement: '' },
    },
    {
      attack: 'name a port, so that the broker talks to other services',
      catalogue: 'MCP: SSRF',
      stoppedIn: urls,
      proof: { file: urlTests, test: 'refuses %j: %s' },
      takenOut: { code: "if (url.port !== '') return err({ reason: 'document_url_with_port' })", replacement: '' },
    },
    {
      attack: 'name a place that is no public name: an address, `localhost`, `.internal`',
      catalogue: 'MCP: SSRF; RFC 6761',
      stoppedIn: urls,
      proof: { file: urlTests, test: 'refuses %j: %s' },
      takenOut: { code: 'return isName && !inwardNames.has(last)', replacement: 'return labels.length > 0' },
    },
    {
      attack: 'have the broker send what one likes, in a query, to somebody else’s service',
      catalogue: 'MCP: SSRF; CWE-441',
      stoppedIn: urls,
      proof: { file: urlTests, test: 'refuses %j: %s' },
      takenOut: { code: "if (clientId.includes('?')) return err({ reason: 'document_url_with_query' })", replacement: '' },
    },
    {
      attack: 'be two clients by two spellings of one address',
      catalogue: 'MCP: client ID metadata documents; CWE-178',
      stoppedIn: urls,
      proof: {
        file: 'apps/gateway/src/domain/oauth/client/document-url.property.test.ts',
        test: 'is spelled as it is followed, so that no two ids are one document',
      },
      takenOut: { code: 'if (url.href !== clientId || !plainUrl.test(clientId))', replacement: 'if (!clientId)' },
    },
    {
      attack: 'pass some other JSON of a host off as a client',
      catalogue: 'MCP: client ID metadata documents',
      stoppedIn: documents,
      proof: { file: documentTests, test: 'refuses a document of %s' },
      takenOut: {
        code: 'identified.safeParse(document).data?.client_id !== url',
        replacement: 'identified.safeParse(document).data?.client_id === url.slice(1)',
      },
    },
    {
      attack: 'have redirect URIs by a document that nobody may register',
      catalogue: 'RFC 9700 §4.1',
      stoppedIn: documents,
      proof: { file: documentTests, test: 'refuses a document with %s, and says so' },
      takenOut: {
        code: 'return checked.ok ? ok(checked.value) : err(',
        replacement:
          "if (!checked.ok && checked.error.reason === 'refused_redirect_scheme') return ok({ name: clientName, redirectUris, authMethod: 'none' })\n  return checked.ok ? ok(checked.value) : err(",
      },
    },
    {
      attack: 'be sent to an address that the document does not name',
      catalogue: 'RFC 9700 §4.1.3',
      stoppedIn: 'apps/gateway/src/domain/oauth/authorize/authorize-target.ts',
      proof: { file: clientTests, test: 'is sent nowhere that its document does not name: %s' },
      takenOut: {
        code: "if (!isRegisteredRedirectUri(redirectUri, client.redirectUris)) return err({ reason: 'unregistered_redirect_uri' })",
        replacement:
          "if (!client.id.startsWith('https:') && !isRegisteredRedirectUri(redirectUri, client.redirectUris)) return err({ reason: 'unregistered_redirect_uri' })",
      },
    },
    {
      attack: 'share a secret by a document that everybody reads',
      catalogue: 'MCP: client ID metadata documents',
      stoppedIn: documents,
      proof: { file: documentTests, test: 'refuses a document with %s, and says so' },
      takenOut: {
        code: "rest.client_secret !== undefined || rest.client_secret_expires_at !== undefined || method.startsWith('client_secret_')",
        replacement: 'false',
      },
    },
    {
      attack: 'take the name of a well-known client on a host of one’s own',
      catalogue: 'RFC 8252 §8.6; RFC 7591 §5',
      stoppedIn: 'apps/gateway/src/views/consent-page.ts',
      proof: { file: clientTests, test: 'shows its host as what is proven, beside a name that anybody may use' },
      takenOut: { code: '<dd>${model.documentHost}</dd>', replacement: '<dd>a verified host</dd>' },
    },
    {
      attack: 'pass for a client of loopback by the address of its document',
      catalogue: 'MCP: local server; RFC 8252 §8.6',
      stoppedIn: 'apps/gateway/src/views/consent-page.ts',
      proof: { file: clientTests, test: 'warns on loopback that any program may be the one that asks, whatever its document says' },
      takenOut: {
        code: "${model.returnsToDevice ? deviceWarning(model) : ''}",
        replacement: "${model.returnsToDevice && model.documentHost === undefined ? deviceWarning(model) : ''}",
      },
    },
    {
      attack: 'find out what answers where, from the page that one gets',
      catalogue: 'MCP: SSRF; CWE-204',
      stoppedIn: clients,
      proof: {
        file: 'apps/gateway/test/security/port-scan-by-client-document.test.ts',
        test: 'a stranger cannot tell what is at an address from the page that they get',
      },
      takenOut: { code: "checked.error.reason === 'not_of_this_client'", replacement: 'checked.ok' },
    },
    {
      attack: 'use up the memory by a document without end',
      catalogue: 'CWE-770',
      stoppedIn: reading,
      proof: { file: forgery, test: 'is not read: one that is %s' },
      takenOut: { code: 'if (bytes > maxBytes) return noDocument(tooLong)', replacement: '' },
    },
    {
      attack: 'do so by one that unpacks to very much',
      catalogue: 'CWE-409',
      stoppedIn: reading,
      proof: { file: forgery, test: 'is not read: one that is %s' },
      takenOut: {
        code: "if (!/^(?:identity)?$/i.test(headers['content-encoding'] ?? '')) return noDocument('the content is encoded')",
        replacement: '',
      },
    },
    {
      attack: 'hold the broker up by a host that takes its time',
      catalogue: 'CWE-400',
      stoppedIn: fetching,
      proof: { file: forgery, test: 'is given up when it takes the connection and says nothing' },
      takenOut: { code: 'AbortSignal.timeout(options.timeoutMs ?? 5_000)', replacement: 'AbortSignal.timeout(60_000)' },
    },
    {
      attack: 'have the broker flood a host, or use up its own connections',
      catalogue: 'MCP: SSRF; CWE-406',
      stoppedIn: limits,
      proof: { file: limitTests, test: 'lets so many of one host run a minute, whatever came of them' },
      takenOut: { code: 'if (ofHost.take(host) > 0)', replacement: 'if (ofHost.take(host) < 0)' },
    },
    {
      attack: 'use up the fetches of a host, so that nobody signs in with its client for the first time',
      catalogue: 'CWE-645',
      stoppedIn: clients,
      proof: { file: flood, test: 'one address has few documents fetched, so that there are some left of the host for others' },
      takenOut: {
        code: "if (limits.documentFetches.take(asker.address) > 0) return notNow(url, 'too many for this address')",
        replacement: '',
      },
    },
    {
      attack: 'do so by holding the places of a host with documents that are slow to come',
      catalogue: 'CWE-400',
      stoppedIn: 'apps/gateway/src/upstream/client-documents/fetch-places.ts',
      proof: {
        file: 'apps/gateway/src/upstream/client-documents/fetch-places.test.ts',
        test: 'gives so many for one host at once, and to others beside them',
      },
      takenOut: { code: 'if (waiting.length >= limits.waiting ||', replacement: 'if (limits.waiting > 0 ||' },
    },
    {
      attack: 'have it ask for the same document again and again',
      catalogue: 'CWE-406',
      stoppedIn: clients,
      proof: { file: clientTests, test: 'is not asked for again for a minute when there was none' },
      takenOut: {
        code: 'if (failed !== undefined && failed.failedAtMs + documentFailureMemoryMs > clock()) return err(failed)',
        replacement: '',
      },
    },
    {
      attack: 'keep a redirect URI that its host has withdrawn, by a long-lived answer',
      catalogue: 'RFC 9111 §4.2; CWE-613',
      stoppedIn: documents,
      proof: { file: clientTests, test: 'is current for %s' },
      takenOut: {
        code: 'Math.min(Math.max(saidMs, leastDocumentFreshnessMs), mostDocumentFreshnessMs)',
        replacement: 'Math.max(saidMs, leastDocumentFreshnessMs)',
      },
    },
    {
      attack: 'do so by taking the host down after it has withdrawn it',
      catalogue: 'CWE-613',
      stoppedIn: clients,
      proof: { file: clientTests, test: 'serves no more when its host says %s, not even when the host is away afterwards' },
      takenOut: { code: 'if (failure.isFinal) await store.clients.outdateDocument(url)', replacement: '' },
    },
    {
      attack: 'have documents fetched by requests for tokens, which nobody sees',
      catalogue: 'MCP: SSRF',
      stoppedIn: 'apps/gateway/src/flows/oauth/find-client.ts',
      proof: { file: clientTests, test: 'no document is ever fetched' },
      takenOut: {
        code: 'const caller = {',
        replacement: 'await (deps as any).fetchClientDocument(request.value.clientId)\n    const caller = {',
        file: 'apps/gateway/src/routes/token.ts',
      },
    },
  ],
}
