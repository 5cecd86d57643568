import type { CatalogueTool } from './tool.ts'

export const tools: readonly CatalogueTool[] = []
