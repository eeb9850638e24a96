import { PackageX } from '@lucide/vue'
import { listCases } from '../../api/cases.ts'
import type { Command } from '../../components/command.ts'
import type { PaletteContext } from '../palette.ts'
import { caseGlyph, waitingLine } from './case-words.ts'
import { openerRoles } from './opener-roles.ts'

/** Cases by number, order or title, and what may be started. */
export const provide = ({ t, router, has }: PaletteContext) => ({
  id: 'cases',
  async search(text: string, signal: AbortSignal): Promise<Command[]> {
    const wanted = text.trim()
    const found = wanted ? (await listCases({ q: wanted.slice(0, 60), limit: 5 }, signal)).items : []
    const cases = found.map((entry): Command => ({
      id: `case:${entry.caseNo}`,
      group: t('cases.palette'),
      title: entry.title,
      lead: entry.caseNo,
      note: waitingLine(entry, t),
      state: caseGlyph(entry),
      amount: entry.amount,
      currency: entry.currency,
      ...(entry.dueAt ? { due: entry.dueAt } : {}),
      run: () => void router.push({ name: 'case', params: { caseNo: entry.caseNo } }),
    }))
    const start = t('cases.newTitle')
    const offered = has(openerRoles) && start.toLowerCase().includes(wanted.toLowerCase())
    return offered
      ? [
          ...cases,
          {
            id: 'case:new',
            group: t('workbench.start'),
            title: start,
            icon: PackageX,
            run: () => void router.push({ name: 'new-case' }),
          },
        ]
      : cases
  },
})
