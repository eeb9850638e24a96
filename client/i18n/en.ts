import { byArea, type Messages } from './index.ts'

export const messages: Messages = byArea(
  import.meta.glob<Record<string, unknown>>('./en/*.ts', { eager: true, import: 'default' }),
)
