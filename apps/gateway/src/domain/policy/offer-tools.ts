import { type AccessLevel, coversLevel } from '@fjmcp-broker/shared/catalogue/access-level'
import { forbiddenArguments, neededLevel } from '@fjmcp-broker/shared/catalogue/lookup'
import { isRecord } from '@fjmcp-broker/shared/record'
import { isForbiddenArgument } from './argument-name.ts'

/**
 * Rewrites the result of `tools/list` for a grant: tools above its level are left out, forbidden arguments are taken out of the schemas.
 * All else stays as the child said it, in its order.
 */
export function offerTools(result: Readonly<Record<string, unknown>>, granted: AccessLevel): Record<string, unknown> {
  const { tools } = result
  if (!Array.isArray(tools)) return { ...result }
  return {
    ...result,
    tools: tools
      .filter(isTool)
      .filter((tool) => coversLevel(granted, neededLevel(tool.name)))
      .map(withoutForbidden),
  }
}

type Tool = Readonly<Record<string, unknown>> & { readonly name: string }

function isTool(value: unknown): value is Tool {
  return isRecord(value) && typeof value['name'] === 'string'
}

function withoutForbidden(tool: Tool): Tool {
  const forbidden = forbiddenArguments(tool.name)
  const schema = tool['inputSchema']
  if (forbidden.length === 0 || !isRecord(schema)) return tool
  const { properties, required } = schema
  return {
    ...tool,
    inputSchema: {
      ...schema,
      ...(isRecord(properties) && {
        properties: Object.fromEntries(Object.entries(properties).filter(([name]) => !isForbiddenArgument(name, forbidden))),
      }),
      ...(Array.isArray(required) && { required: required.filter((name) => !isForbiddenArgument(String(name), forbidden)) }),
    },
  }
}
