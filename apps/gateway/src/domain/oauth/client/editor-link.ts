/**
 * Whether an editor does what an address says, instead of handing it to an extension that waits for the end of a sign-in. VS Code, and all
 * that was made from it, takes a host in the form `publisher.extension` for that extension's, and any other for a command of its own.
 */
export function isEditorCommand({ protocol, hostname }: URL): boolean {
  if (!editorScheme.test(protocol)) return false
  return !extensionId.test(hostname) || obedientExtension.test(hostname)
}

// With their previews, such as `vscode-insiders`.
const editorScheme = /^(?:antigravity|code-oss|cursor|kiro|trae|vscode|vscodium|windsurf)(?:-[a-z]+)*:$/

const extensionId = /^[a-z\d][a-z\d-]*\.[a-z\d][a-z\d-]*$/i

/** Cursor's installs what a link names; those for remote machines, and those that are part of the editor, open and clone what it names. */
const obedientExtension = /^(?:anysphere\.cursor-deeplink|(?:ms-vscode-remote|vscode)\..+)$/i
