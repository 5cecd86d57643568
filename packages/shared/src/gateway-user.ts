/** Who the gateway runs as in the container, and who owns its data. */
export const gatewayUser = { uid: 65_532, gid: 65_532 } as const
