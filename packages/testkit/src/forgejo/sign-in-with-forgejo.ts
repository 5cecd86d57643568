import type { Page } from '../browser.ts'

/**
 * Goes through a Forgejo's login and consent pages, the fake's or a real one's, as far as they come up.
 * Throws when the password is refused.
 *
 * @param page Where the browser is: the login page, the consent page, or already beyond.
 * @returns The page after them, which is not opened when the navigation stops at the client's redirect URI.
 */
export async function signInWithForgejo(
  page: Page,
  { login, password, decision = 'grant' }: { readonly login: string; readonly password: string; readonly decision?: 'grant' | 'deny' },
): Promise<Page> {
  const afterLogin = isLoginPage(page) ? await page.submit({ user_name: login, password }) : page
  if (isLoginPage(afterLogin)) throw new Error(`Forgejo refused the password of ${login}`)
  return isConsentPage(afterLogin) ? await afterLogin.submit({}, decision === 'grant' ? 'true' : 'false') : afterLogin
}

function isLoginPage({ forms }: Page): boolean {
  return forms.some(({ fields }) => fields.some(({ name }) => name === 'user_name'))
}

function isConsentPage({ forms }: Page): boolean {
  return forms.some(({ action }) => URL.parse(action)?.pathname.endsWith('/login/oauth/grant'))
}
