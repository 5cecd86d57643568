import { html } from 'hono/html'
import { type Html, layout } from './layout.ts'

export interface LandingModel {
  /** The address that people give to their MCP client. */
  readonly mcpUrl: string
  readonly forgejoUrl: string
}

/** Tells a person what this is and how to add it to the common clients. */
export function landingPage({ mcpUrl, forgejoUrl }: LandingModel): Html {
  const forgejoHost = new URL(forgejoUrl).host
  return layout({
    title: `MCP for ${forgejoHost}`,
    content: html`<section class="card">
        <h1>Use ${forgejoHost} from your AI client</h1>
        <p>
          This is an MCP server for <a href="${forgejoUrl}">${forgejoHost}</a>. Your client signs in with your Forgejo account and works in
          your name: repositories, issues, pull requests, releases. You choose how far it may go when you connect it.
        </p>
        <p>Its address is</p>
        <pre><code>${mcpUrl}</code></pre>
      </section>
      <section class="card">
        <h2>Claude</h2>
        <p>
          Open <b>Settings → Connectors → Add custom connector</b>, enter a name and the address above, then press <b>Connect</b>. Claude
          calls from the internet, so it must be able to reach this address there.
        </p>
      </section>
      <section class="card">
        <h2>ChatGPT</h2>
        <p>
          On the web, switch <b>Developer mode</b> on in <b>Settings → Apps → Advanced settings</b>. Then <b>Create app</b> with a name, the
          address above and <b>OAuth</b>. It calls from the internet too.
        </p>
      </section>
      <section class="card">
        <h2>Claude Code</h2>
        <pre><code>claude mcp add --transport http forgejo ${mcpUrl}</code></pre>
        <p>Then type <code>/mcp</code> in Claude Code and choose <b>forgejo</b> to sign in.</p>
      </section>
      <section class="card">
        <h2>Cursor</h2>
        <p><a href="${cursorLink(mcpUrl)}">Add to Cursor</a>, or put this into <code>~/.cursor/mcp.json</code>:</p>
        <pre><code>${JSON.stringify({ mcpServers: { forgejo: { url: mcpUrl } } }, null, 2)}</code></pre>
      </section>
      <section class="card">
        <h2>VS Code</h2>
        <p><a href="${visualStudioCodeLink(mcpUrl)}">Add to VS Code</a>, or run:</p>
        <pre><code>code --add-mcp '${JSON.stringify({ name: 'forgejo', type: 'http', url: mcpUrl })}'</code></pre>
      </section>
      <section class="card">
        <h2>Any other client</h2>
        <p>
          Add a remote MCP server (Streamable HTTP) with the address above. Signing in needs no key: the client registers itself and opens
          your browser.
        </p>
      </section>
      <section class="card">
        <h2>End access</h2>
        <p>
          Remove this server from an application and it forgets its access. To stop all applications at once, revoke this server in Forgejo
          under <a href="${applicationsUrl(forgejoUrl)}">Settings → Applications</a>: that holds until you sign in again with any one of
          them. If a device is lost or an application is not to be trusted, ask the operator of this server to end its access first.
        </p>
      </section>`,
  })
}

function applicationsUrl(forgejoUrl: string): string {
  return `${forgejoUrl}/user/settings/applications`
}

function cursorLink(mcpUrl: string): string {
  const config = btoa(JSON.stringify({ url: mcpUrl }))
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=forgejo&config=${encodeURIComponent(config)}`
}

function visualStudioCodeLink(mcpUrl: string): string {
  return `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: 'forgejo', type: 'http', url: mcpUrl }))}`
}
