import type { AccessLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { html } from 'hono/html'
import { type Html, layout } from './layout.ts'

export interface ConsentModel {
  readonly clientName: string
  /** Host of the document that describes the client, which is all that is proven of it; undefined for one that registered. */
  readonly documentHost: string | undefined
  /** Host of the address that the browser goes back to, or the scheme of a private one. */
  readonly redirectHost: string
  readonly forgejoHost: string
  readonly requestedLevel: AccessLevel
  readonly signInId: string
  readonly csrfToken: string
  /** Whether the browser goes back to a program on the person's device, where any other can pretend to be it. */
  readonly returnsToDevice: boolean
}

/** Asks a person whether a client may act for them, and how far, before the browser goes to Forgejo. */
export function consentPage(model: ConsentModel): Html {
  return layout({
    title: `Allow ${model.clientName}?`,
    content: html`<section class="card">
      <h1>Allow <bdi>${model.clientName}</bdi> to use your Forgejo?</h1>
      <p>
        It will work in your name on <strong>${model.forgejoHost}</strong>, as far as you allow here. You sign in at your Forgejo next; your
        password stays there.
      </p>
      <dl>
        <dt>Application</dt>
        <dd><bdi>${model.clientName}</bdi></dd>
        ${
          model.documentHost === undefined
            ? ''
            : html`<dt>Described by</dt>
                <dd>${model.documentHost}</dd>`
        }
        <dt>Sends you back to</dt>
        <dd>${model.returnsToDevice ? html`a program on this device (${model.redirectHost})` : model.redirectHost}</dd>
        <dt>Asks for</dt>
        <dd>${descriptions[model.requestedLevel].title}</dd>
      </dl>
      <form method="post" action="/oauth/consent">
        <input type="hidden" name="sign_in" value="${model.signInId}" />
        <input type="hidden" name="csrf_token" value="${model.csrfToken}" />
        <fieldset>
          <legend>What may it do? You decide, whatever it asks for.</legend>
          ${choice('read', true)} ${choice('write', false)} ${choice('full', false)}
        </fieldset>
        ${model.returnsToDevice ? deviceWarning(model) : ''}
        <p>
          ${model.returnsToDevice ? '' : originOfName(model)} Allow it only if you have just connected this application to your Forgejo
          yourself.
        </p>
        <div class="buttons">
          <button class="primary" name="decision" value="approve">Allow and sign in</button>
          <button name="decision" value="deny">Deny</button>
        </div>
      </form>
    </section>`,
  })
}

const descriptions: Readonly<Record<AccessLevel, { readonly title: string; readonly text: string }>> = {
  read: { title: 'Read', text: 'Look at what you have access to: repositories, issues, pull requests, files.' },
  write: { title: 'Read and write', text: 'Also create and change: issues, comments, files, branches, pull requests, releases.' },
  full: { title: 'Full access', text: 'Also delete, and manage organizations, teams, hooks and branch protection.' },
}

function choice(level: AccessLevel, checked: boolean): Html {
  const { title, text } = descriptions[level]
  return html`<label class="choice"
    ><input type="radio" name="access" value="${level}" ${checked ? html` checked` : ''} /><span
      ><b>${title}</b><span>${text}</span></span
    ></label
  >`
}

function originOfName({ documentHost }: ConsentModel): Html {
  return documentHost === undefined
    ? html`The name is what the application calls itself.`
    : html`Only this is proven: ${documentHost} describes an application of this name.`
}

function deviceWarning({ clientName, documentHost }: ConsentModel): Html {
  const name = html`<em><bdi>${clientName}</bdi></em>`
  const claim = documentHost === undefined ? '' : ` and say that ${documentHost} describes it`
  return html`<p class="warning">Any program on this device can call itself ${name}${claim}.</p>`
}
