import type { Router } from 'vue-router'
import type { CommandProvider } from '../components/command.ts'

/** What an area needs to find its things and to go there. */
export interface PaletteContext {
  readonly t: (key: string, values?: Record<string, unknown>) => string
  readonly router: Router
  has(roles: readonly string[]): boolean
}

/** Each area that can be searched exports `provide` from client/pages/<area>/palette.ts. */
const areas = import.meta.glob<{ provide(context: PaletteContext): CommandProvider }>('./*/palette.ts', { eager: true })

export const providersOf = (context: PaletteContext): CommandProvider[] =>
  Object.values(areas).map((area) => area.provide(context))
