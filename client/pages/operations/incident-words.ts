import type { RouteLocationRaw } from 'vue-router'
import { domainJobs } from '../../../server/contract/job-types.ts'
import type { IncidentItem } from '../../../server/contract/cases.ts'
import { localized } from '../../i18n/localized.ts'

/** Key of the few words for a code, below `operations.code`. */
export const codeKey = (code: string): string => `operations.code.${code.replaceAll('.', '_')}`

/** What is stuck: the step of a process by its name, or the work of orders, stock and payments. */
export const stepOf = (
  { kind, elementId, step }: Pick<IncidentItem, 'kind' | 'elementId' | 'step'>,
  locale: string,
): string => (kind === 'job' ? localized(domainJobs[elementId], locale) || elementId : step)

/** The page that shows the place on the diagram; null when it is in no case and no run. */
export function placeOf({ caseNo, runId, place }: IncidentItem): RouteLocationRaw | null {
  const query = place === null ? {} : { at: place }
  if (caseNo !== null) return { name: 'case', params: { caseNo }, query }
  return runId === null ? null : { name: 'studio-run', params: { runId }, query }
}
