import { html } from 'hono/html'

type Html = ReturnType<typeof html>

/** The login page; `refusedName` is what was typed into a form that was refused. */
export function loginPage(refusedName?: string): Html {
  return page(
    'Sign in',
    html`${refusedName === undefined ? '' : html`<p role="alert">Username or password is incorrect.</p>`}
      <form action="/user/login" method="post">
        <p>
          <label for="user_name">Username or email address</label>
          <input id="user_name" type="text" name="user_name" value="${refusedName ?? ''}" autofocus required />
        </p>
        <p>
          <label for="password">Password</label>
          <input id="password" name="password" type="password" value="" autocomplete="current-password" required />
        </p>
        <p><input id="remember" name="remember" type="checkbox" /> <label for="remember">Remember this device</label></p>
        <p><button>Sign in</button></p>
      </form>`,
  )
}

export interface ConsentFields {
  readonly applicationName: string
  readonly clientId: string
  readonly state: string
  readonly scope: string
  readonly nonce: string
  readonly redirectUri: string
}

export function consentPage(fields: ConsentFields): Html {
  return page(
    `Authorize ${fields.applicationName} to access your account?`,
    html`<p>The application requested access to the following scopes:</p>
      <ul>
        <li>profile (username, full name, primary email and avatar URL)</li>
        ${fields.scope
          .split(' ')
          .filter((scope) => scope !== '')
          .map((scope) => html`<li>${scope}</li>`)}
      </ul>
      <p>You will be redirected to <strong>${fields.redirectUri}</strong>.</p>
      <form method="post" action="/login/oauth/grant">
        <input type="hidden" name="client_id" value="${fields.clientId}" />
        <input type="hidden" name="state" value="${fields.state}" />
        <input type="hidden" name="scope" value="${fields.scope}" />
        <input type="hidden" name="nonce" value="${fields.nonce}" />
        <input type="hidden" name="redirect_uri" value="${fields.redirectUri}" />
        <button type="submit" id="authorize-app" name="granted" value="true">Authorize application</button>
        <button type="submit" name="granted" value="false">Cancel</button>
      </form>`,
  )
}

export function authorizationFailedPage(description: string): Html {
  return page(
    'Authorization failed',
    html`<h2>${description}</h2>
      <p>Please contact the maintainer of the app you have tried to authorize.</p>`,
  )
}

export function prohibitedPage(): Html {
  return page('Sign-in prohibited', html`<p>Your account is prohibited from signing in, please contact your site administrator.</p>`)
}

export function homePage(login: string | undefined): Html {
  return page('Forgejo', login === undefined ? html`<p><a href="/user/login">Sign in</a></p>` : html`<p>Signed in as ${login}.</p>`)
}

function page(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} - fake Forgejo</title>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`
}
