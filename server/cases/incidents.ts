import type { Page } from '../../workflows/runtime/ports.ts'
import type { IncidentItem } from '../contract/cases.ts'
import { caseOfInstance } from './public.ts'
import type { CaseReading } from './read.ts'

interface IncidentDocument {
  incidentId: string
  processInstanceId: string | null
  elementId: string
  code: string
  message: IncidentItem['message']
  at: string
}

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
        at: data.at,
      }
    }),
  )
  return { items, next: found.next, total: await deps.store.count('incidents', filter) }
}
