/** The token of `Authorization: token X` or `Bearer X`; undefined where there is none. */
export function readAuthorization(header: string | undefined): string | undefined {
  return /^(?:token|bearer) (\S+)$/i.exec(header ?? '')?.[1]
}
