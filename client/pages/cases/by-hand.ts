import { GitCompareArrows, Route } from '@lucide/vue'
import type { RouteLocationRaw } from 'vue-router'
import type { Subject } from '../../api/hands-on.ts'
import type { MenuItem } from '../../components/RtMenu.vue'

const pages = { move: { icon: Route }, migrate: { icon: GitCompareArrows } } as const
type Page = keyof typeof pages

/** What those may do who may also change its diagram: move it, or take it to another version. */
export const byHand = (t: (key: string) => string): (MenuItem & { key: Page })[] =>
  (['move', 'migrate'] as const).map((key) => ({ key, label: t(`cases.${key}.title`), ...pages[key] }))

/** The page of such a deed; null for another one. */
export const pageByHand = (deed: string, { kind, id }: Subject): RouteLocationRaw | null =>
  deed in pages ? { name: `${deed}-${kind}`, params: kind === 'case' ? { caseNo: id } : { runId: id } } : null
