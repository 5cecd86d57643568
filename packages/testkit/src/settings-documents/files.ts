/** The files that are made of what the schemas say of the settings; in the checkout, for the program does not need them. */
export const settingsPageFile = inCheckout('docs/settings.md')
export const envExampleFile = inCheckout('deploy/podman/fjmcp-broker.env.example')

export function inCheckout(path: string): URL {
  return new URL(`../../../../${path}`, import.meta.url)
}
