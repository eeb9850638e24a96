import { incidentAdvice } from '../../workflows/engine/incidents.ts'
import type { IncidentDocument } from '../../workflows/runtime/documents.ts'
import type { Page } from '../../workflows/runtime/ports.ts'
import type { IncidentItem } from '../contract/cases.ts'
import { caseOfInstance } from './public.ts'
import type { CaseReading } from './read.ts'

/** What helps whoever looks at an incident: what to do, and what was read. */
export const helpWith = ({ code, values = {} }: IncidentDocument): Pick<IncidentItem, 'advice' | 'values'> => ({
  advice: incidentAdvice(code),
  values: Object.entries(values).map(([name, value]) => ({ name, value: String(value) })),
})

/** Open incidents of all cases and jobs, the oldest first, with the case and the step that each is about. */
export async function openIncidents(
  deps: CaseReading,
  page: { limit: number; after?: string },
): Promise<Pick<Page<IncidentItem>, 'next'> & { items: IncidentItem[]; total: number }> {
  const filter = { state: 'open' }
  const found = await deps.store.find<IncidentDocument>('incidents', { filter, sort: [['at', 1]], ...page })
  const items = await Promise.all(
    found.items.map(async ({ data }): Promise<IncidentItem> => {
      const record = data.processInstanceId === null ? null : await caseOfInstance(deps.store, data.processInstanceId)
      const diagram = record ? await deps.diagrams(record.processId, record.definitionVersion) : null
      return {
        id: data.incidentId,
        caseNo: record?.caseNo ?? null,
        title: record?.title ?? null,
        elementId: data.elementId,
        step: diagram?.outline.nodes.get(data.elementId)?.name || data.elementId,
        code: data.code,
        message: data.message,
        ...helpWith(data),
        at: data.at,
      }
    }),
  )
  return { items, next: found.next, total: await deps.store.count('incidents', filter) }
}
