import { err, ok, type Result } from '@fjmcp-broker/shared/result'

/**
 * Reads a response as JSON, up to a number of bytes; what is longer or no JSON is an error that says so in words of ours, and the connection
 * is given up. Rejects when it breaks while it is read.
 */
export async function readBoundedJson(response: Response, maxBytes: number): Promise<Result<unknown, string>> {
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) return err(`the answer is longer than ${maxBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  try {
    return ok(JSON.parse(text + decoder.decode()) as unknown)
  } catch {
    return err('the answer is not JSON')
  }
}
