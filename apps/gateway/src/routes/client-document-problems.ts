import { describeDocumentUrlRejection } from '../domain/oauth/client/document-url.ts'
import type { FindClientRejection } from '../flows/oauth/find-client.ts'
import type { ErrorAnswer } from '../middleware/answer-error.ts'

/** What a person is told whose application names itself by the address of a document, where that does not lead to a client. */
export type ClientDocumentProblem = Exclude<FindClientRejection, { readonly reason: 'unknown_client' }>

/**
 * All failures of the network, and every answer that is not the client's own document, give one and the same page: whoever made the address
 * up learns nothing of what is there.
 */
export function clientDocumentProblem(problem: ClientDocumentProblem): Omit<ErrorAnswer, 'error'> {
  switch (problem.reason) {
    case 'documents_switched_off':
      return page({
        title: 'Applications of this kind are not taken here',
        message: 'The application names itself by an address (client_id), and this server does not look such addresses up.',
        advice: 'Use an application that registers itself, or ask the operator of this server (FJMCP_BROKER_CLIENT_METADATA_DOCUMENTS).',
      })
    case 'refused_document_url':
      return page({
        title: 'This application has an address that cannot be used',
        message: `The application names itself by an address (client_id) that cannot be used: ${describeDocumentUrlRejection(problem.fault)}.`,
        advice: 'Tell whoever makes the application. If you did not start this sign-in yourself, close the page.',
      })
    case 'document_unavailable':
      return page({
        title: 'Nothing could be learnt about this application',
        message: `The application says that ${problem.host} describes it, but no description of it could be had from there.`,
        advice:
          'Try again in a minute or two. If it stays so, tell whoever makes the application: the address in client_id must be reachable from the internet and answer at once, without a redirect, with a JSON document of at most 5 KB whose client_id is that very address. The log of this server has the reason.',
      })
    case 'document_invalid':
      return page({
        title: 'This application describes itself wrongly',
        message: `The description of the application at ${problem.host} breaks a rule: ${problem.fault}.`,
        advice: 'Tell whoever makes the application. A corrected description is noticed within a few minutes.',
      })
  }
}

function page(content: ErrorAnswer['page']): Omit<ErrorAnswer, 'error'> {
  return { status: 400, page: content }
}
