/**
 * Whether a form was sent from one of our own pages, as far as the browser tells. `Sec-Fetch-Site` decides where it is sent. An `Origin`
 * of `null` says nothing: our pages send no referrer, and browsers hide the origin of a form with it. The form's token and the browser's
 * cookie stand behind this check.
 */
export function isOwnForm(
  { origin, fetchSite }: { readonly origin: string | undefined; readonly fetchSite: string | undefined },
  publicUrl: string,
): boolean {
  if (fetchSite !== undefined && fetchSite !== 'same-origin') return false
  return origin === undefined || origin === 'null' || origin === publicUrl
}
