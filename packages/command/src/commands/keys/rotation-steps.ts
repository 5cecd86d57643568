/** How the key is to be printed: where nobody sees it, and no shell remembers it. */
export function explainPrinting({ isFile }: { readonly isFile: boolean }): string {
  return [
    'A key is made and printed with --print only. Send it straight into a file that nobody else reads; it is then on no screen and in no history:',
    '',
    ...(isFile
      ? ['    (umask 077; podman exec fjmcp-broker fjmcp-broker keys rotate --print > fjmcp-keys.new)']
      : [
          '    chmod 600 ~/.config/fjmcp-broker.env',
          '    podman exec fjmcp-broker fjmcp-broker keys rotate --print >> ~/.config/fjmcp-broker.env',
        ]),
    '',
    'Nothing is written by the command itself. What to do then is told on standard error.',
  ].join('\n')
}

/** What is to be done with a new key that was printed. */
export function describeNextSteps({
  name,
  id,
  isFile,
  hasFormer,
}: {
  readonly name: string
  readonly id: string
  readonly isFile: boolean
  readonly hasFormer: boolean
}): string {
  const steps = [
    'Keep a copy of that line where you keep the client secret, apart from the backups: without the key nobody can open the tokens.',
    isFile
      ? 'Put it into the file of FJMCP_BROKER_ENCRYPTION_KEYS_FILE, in the place of what is there: for a Podman secret, remove it and create it anew from this.'
      : `See that the settings file has it once, in a line of its own${hasFormer ? ': take the former line out, its keys stand behind the new one' : ''}.`,
    'Restart the broker: systemctl --user restart fjmcp-broker',
    'Wait until everything is encrypted with it: podman exec fjmcp-broker fjmcp-broker keys re-encrypt',
    'Take out of the settings what that says is no longer needed, at the next occasion.',
  ]
  return [`The new key "${name}" has the id ${id}. Now:`, ...steps.map((step, index) => `  ${index + 1}. ${step}`)].join('\n')
}
