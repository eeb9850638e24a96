import type { CaseSummary } from '../../../server/contract/cases.ts'
import type { State } from '../../components/states.ts'

type Translate = (key: string, values?: Record<string, unknown>) => string

const ended: Record<CaseSummary['state'], State> = {
  open: 'colleague',
  executed: 'approved',
  rejected: 'rejected',
  withdrawn: 'closed',
  kept: 'closed',
  canceled: 'closed',
}

/** The glyph of a case: waiting for the customer has its own, a case that ended shows how. */
export const caseGlyph = (entry: Pick<CaseSummary, 'state' | 'clockHolder'>): State =>
  entry.state === 'open' && entry.clockHolder === 'customer' ? 'waiting' : ended[entry.state]

/** Where a case is, in one line: the steps that wait now, or how it ended. */
export function waitingLine(entry: Pick<CaseSummary, 'state' | 'steps'>, t: Translate): string {
  if (entry.state !== 'open') return t(`cases.state.${entry.state}`)
  if (entry.steps.length === 0) return t('cases.runs')
  return [...new Set(entry.steps.map(({ name }) => name))].join(t('cases.comma'))
}

/** For whom it waits, in one line; at most two names, then how many more. */
export function waitingFor(entry: Pick<CaseSummary, 'steps'>, t: Translate): string {
  const names = [...new Set(entry.steps.flatMap(({ waitingFor: who }) => who))]
  const shown = names.slice(0, 2).join(t('cases.comma'))
  return names.length > 2 ? t('cases.andMore', { names: shown, count: names.length - 2 }) : shown
}
