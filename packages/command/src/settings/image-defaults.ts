/** What the image sets where a checkout has a default of its own: the ENV lines of the Containerfile. */
export const imageDefaults: ReadonlyMap<string, string> = new Map([
  ['FJMCP_BROKER_LISTEN', '0.0.0.0:8080'],
  ['FJMCP_BROKER_DATABASE_URL', 'file:/data/broker.db'],
  ['FJMCP_BROKER_RUNNER_SOCKET', '/run/fjmcp-broker/runner.sock'],
  ['FJMCP_BROKER_ADMIN_SOCKET', '/run/fjmcp-broker/admin.sock'],
  ['FJMCP_BROKER_FORGEJO_MCP', '/usr/local/bin/forgejo-mcp'],
  ['FJMCP_BROKER_CHILD_UIDS', '10000-59999'],
])
