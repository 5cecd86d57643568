/** The files that are made, wholly or in part, of what the code says; in the checkout, for the program does not need them. */
export const settingsPageFile = inCheckout('docs/settings.md')
export const designPageFile = inCheckout('docs/design.md')
export const envExampleFile = inCheckout('deploy/podman/fjmcp-broker.env.example')

export function inCheckout(path: string): URL {
  return new URL(`../../../../${path}`, import.meta.url)
}
