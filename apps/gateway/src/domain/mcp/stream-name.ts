/**
 * Names the stream of one request. The name says whether a tool list comes on it, because that is rewritten on its way out and the one
 * who resumes the stream no longer knows the request.
 *
 * @param random Unguessable, of the characters of base64url.
 */
export function streamName(method: string, random: string): string {
  return `${method === 'tools/list' ? toolList : 'call-'}${random}`
}

export function isToolListStream(stream: string): boolean {
  return stream.startsWith(toolList)
}

const toolList = 'tools-'
