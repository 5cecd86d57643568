import type { TargetRejection } from '../domain/oauth/authorize/authorize-target.ts'
import type { SignInRejection } from '../domain/oauth/authorize/sign-in.ts'
import type { FindClientRejection } from '../flows/oauth/find-client.ts'
import type { FinishRejection } from '../flows/oauth/finish-sign-in.ts'
import type { ErrorAnswer } from '../middleware/answer-error.ts'
import { clientDocumentProblem } from './client-document-problems.ts'

export type SignInProblem =
  | TargetRejection
  | FindClientRejection
  | SignInRejection
  | FinishRejection
  | { readonly reason: 'not_opened_as_page' | 'foreign_form' | 'malformed_form' | 'large_form' | 'malformed_callback' }

const startAgain = 'Go back to your application and connect again from there.'
const ifConnected = 'If your application is connected by now, close this page. Otherwise go back to it and connect again.'

/** What a person is told whose sign-in cannot go on and cannot go back to the client either. */
export function signInProblem(rejection: SignInProblem): Omit<ErrorAnswer, 'error'> {
  switch (rejection.reason) {
    case 'documents_switched_off':
    case 'refused_document_url':
    case 'document_unavailable':
    case 'document_invalid':
      return clientDocumentProblem(rejection)
    case 'missing_client_id':
      return problem(400, {
        title: 'This sign-in link is not complete',
        message: 'The application did not say who it is (client_id).',
        advice: startAgain,
      })
    case 'unknown_client':
      return problem(400, {
        title: 'This application is not known here',
        message: 'It is not registered with this server, or its registration is gone.',
        advice:
          'If you did not start this sign-in yourself, close the page. Otherwise remove this server from your application and add it again: it will register anew.',
      })
    case 'missing_redirect_uri':
      return problem(400, {
        title: 'This sign-in link is not complete',
        message: 'The application did not say, in exactly one redirect_uri, where to go back to.',
        advice: startAgain,
      })
    case 'unregistered_redirect_uri':
      return problem(400, {
        title: 'This sign-in link leads to a foreign address',
        message: 'The address to go back to is not one that the application registered, so you are not sent there.',
        advice:
          'If you did not start this sign-in yourself, close the page. Otherwise remove this server from your application and add it again.',
      })
    case 'redirect_uri_not_allowed':
      return problem(400, {
        title: 'This application goes back to an address that is not allowed here',
        message: 'The application registered the address, but this server does not send anybody there, or does not do so any more.',
        advice: 'Remove this server from your application and add it again. If that does not help, tell the operator of this server.',
      })
    case 'unknown_sign_in':
      return problem(400, {
        title: 'This sign-in is over',
        message: 'It was finished, or decided otherwise before, or took longer than ten minutes. Each sign-in can be decided once.',
        advice: ifConnected,
      })
    case 'expired_sign_in':
      return problem(400, {
        title: 'This sign-in took too long',
        message: 'A sign-in has to be finished within ten minutes, and nothing was allowed in that time.',
        advice: startAgain,
      })
    case 'other_browser':
      return problem(403, {
        title: 'This sign-in belongs to another browser',
        message: 'It was begun in another browser, or this browser does not keep cookies. Nothing was allowed.',
        advice: 'Allow cookies for this site, then go back to your application and connect again, in this browser from start to end.',
      })
    case 'not_opened_as_page':
      return problem(403, {
        title: 'This address has to be opened as a page',
        message: 'Another page loaded it as a part of its own, or a program asked for it. Nothing was begun and nothing was changed.',
        advice: startAgain,
      })
    case 'forged_form':
    case 'foreign_form':
      return problem(403, {
        title: 'This form was not sent from our page',
        message: 'Another page may have tried to allow something in your name. Nothing was allowed.',
        advice:
          'If you did not press a button on our page just now, close this one. Otherwise go back to your application and connect again.',
      })
    case 'malformed_form':
      return problem(400, {
        title: 'This form is not complete',
        message: 'A field of it is missing, comes twice or holds something else than expected. Nothing was allowed.',
        advice: startAgain,
      })
    case 'large_form':
      return problem(413, { title: 'This form is too large', message: 'A form may hold 64 KB at most.', advice: startAgain })
    case 'malformed_callback':
      return problem(400, {
        title: 'This link is not complete',
        message: 'Forgejo’s answer to the sign-in is missing in it, or a part of it comes twice.',
        advice: startAgain,
      })
    case 'unknown_state':
      return problem(400, {
        title: 'This sign-in cannot be finished here',
        message: 'It was finished before, took longer than ten minutes, or was begun in another browser or one that keeps no cookies.',
        advice:
          'If your application is connected by now, close this page. Otherwise go back to it and connect again, in one browser from start to end.',
      })
    case 'broker_refused_by_forgejo':
      return problem(502, {
        title: 'Forgejo does not accept this server',
        message: 'The registration of this server at Forgejo is wrong, so nobody can sign in.',
        advice: 'Tell the operator of this server; its log says what to check.',
      })
    case 'ended_meanwhile':
      return problem(400, {
        title: 'This sign-in was ended meanwhile',
        message:
          'While you were at Forgejo the registration of your application ran out, or the operator of this server ended its access or yours.',
        advice: 'Remove this server from your application and add it again: it will register anew.',
      })
    case 'store_failed':
      return problem(503, {
        title: 'This sign-in could not be finished',
        message: 'The server could not store it. This sign-in is over: reloading the page does not help.',
        advice: `${startAgain} If it happens again, tell the operator of this server, whose log says why.`,
      })
  }
}

function problem(status: ErrorAnswer['status'], page: ErrorAnswer['page']): Omit<ErrorAnswer, 'error'> {
  return { status, page }
}
