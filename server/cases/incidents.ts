import { incidentAdvice, isMendedByData } from '../../workflows/engine/incidents.ts'
import type { ProcessInstance } from '../../workflows/engine/instance.ts'
import type { IncidentDocument } from '../../workflows/runtime/documents.ts'
import type { Filter, Page } from '../../workflows/runtime/ports.ts'
import type { IncidentItem, IncidentSummary } from '../contract/cases.ts'
import { instancesOf } from './called.ts'
import type { CaseReading } from './read.ts'
import type { CaseRecord } from './record.rules.ts'
import { findCases } from './store.ts'

/** What narrows the list; `q` is looked for in sentences, codes, elements and the cases that are stuck. */
export interface IncidentQuery {
  kind?: 'step' | 'job'
  processId?: string
  code?: string
  q?: string
}

/** What helps whoever looks at an incident: what to do, whether other data can mend it, and what was read. */
export const helpWith = ({
  processInstanceId,
  code,
  values = {},
}: IncidentDocument): Pick<IncidentItem, 'advice' | 'asksData' | 'values'> => ({
  advice: incidentAdvice(code),
  asksData: processInstanceId !== null && isMendedByData(code),
  values: Object.entries(values).map(([name, value]) => ({ name, value: String(value) })),
})

/** How many cases a search looks into; more match only with a longer text. */
const mostCases = 100
const isOpen = { state: 'open' }

async function filterOf(deps: CaseReading, { kind, processId, code, q }: IncidentQuery): Promise<Filter> {
  return {
    ...isOpen,
    ...(kind && { processInstanceId: kind === 'job' ? null : { $ne: null } }),
    ...(processId && { processId }),
    ...(code && { code }),
    ...(q && { $and: [await mentions(deps, q)] }),
  }
}

async function mentions(deps: CaseReading, q: string): Promise<Filter> {
  const named = { $contains: q }
  const filter = { ...isOpen, $or: [{ caseNo: named }, { orderNo: named }, { title: named }] }
  const cases = await findCases(deps.store, { filter, limit: mostCases })
  const ids = await Promise.all(cases.items.map(({ data }) => working(deps, data.processInstanceId)))
  return {
    $or: [
      ...['elementId', 'code', 'message.zh', 'message.en'].map((path) => ({ [path]: named })),
      { processInstanceId: { $in: ids.flat() } },
    ],
  }
}

async function working(deps: CaseReading, processInstanceId: string): Promise<string[]> {
  const instance = await deps.runtime.instance(processInstanceId)
  return instance ? instancesOf(deps.runtime, instance) : [processInstanceId]
}

/** Open incidents of all cases, runs and jobs, the oldest first, with what each is about. */
export async function openIncidents(
  deps: CaseReading,
  query: IncidentQuery,
  page: { limit: number; after?: string },
): Promise<Pick<Page<IncidentItem>, 'next'> & { items: IncidentItem[]; total: number }> {
  const filter = await filterOf(deps, query)
  const [found, total] = await Promise.all([
    deps.store.find<IncidentDocument>('incidents', { filter, sort: [['at', 1]], ...page }),
    deps.store.count('incidents', filter),
  ])
  return { items: await Promise.all(found.items.map(({ data }) => itemOf(deps, data))), next: found.next, total }
}

async function itemOf(deps: CaseReading, data: IncidentDocument): Promise<IncidentItem> {
  const { incidentId: id, processInstanceId, elementId, code, message, at } = data
  const shared = { id, elementId, code, message, ...helpWith(data), at }
  if (processInstanceId === null) return { ...shared, ...ofNothing, kind: 'job', step: elementId }
  const instance = await deps.runtime.instance(processInstanceId)
  if (!instance) return { ...shared, ...ofNothing, kind: 'step', step: elementId }
  const { processId, definitionVersion } = instance
  const [{ record, runId, place }, { name, outline }] = await Promise.all([
    ownerOf(deps, instance, elementId),
    deps.diagrams(processId, definitionVersion),
  ])
  return {
    ...shared,
    kind: 'step',
    caseNo: record?.caseNo ?? null,
    title: record?.title ?? null,
    runId,
    process: { id: processId, name },
    place,
    step: outline.nodes.get(elementId)?.name || elementId,
  }
}

/** What the diagram of an instance calls an element. */
export async function stepNameOf(
  deps: CaseReading,
  { processInstanceId, elementId }: IncidentDocument,
): Promise<string> {
  const instance = processInstanceId === null ? null : await deps.runtime.instance(processInstanceId)
  if (!instance) return elementId
  const { outline } = await deps.diagrams(instance.processId, instance.definitionVersion)
  return outline.nodes.get(elementId)?.name || elementId
}

const ofNothing = { caseNo: null, title: null, runId: null, process: null, place: null }

interface Owner {
  record: CaseRecord | null
  runId: string | null
  place: string
}

/** The case or run that an instance works for, itself or for its caller, and where on its diagram that is. */
async function ownerOf(deps: CaseReading, { id, parent }: Readonly<ProcessInstance>, place: string): Promise<Owner> {
  if (parent !== null) {
    const caller = await deps.runtime.instance(parent.processInstanceId)
    if (caller) return ownerOf(deps, caller, parent.elementId)
  }
  const record = await deps.store.load<CaseRecord>('cases', id)
  return { record: record?.data ?? null, runId: record ? null : id, place }
}

/** What is open, counted by process and by code, the most first. */
export async function incidentSummary(deps: CaseReading): Promise<IncidentSummary> {
  const [total, byProcess, byCode] = await Promise.all([
    deps.store.count('incidents', isOpen),
    deps.store.group('incidents', { filter: isOpen, by: 'processId' }),
    deps.store.group('incidents', { filter: isOpen, by: 'code' }),
  ])
  const processes = await Promise.all(
    byProcess
      .filter(({ key }) => typeof key === 'string')
      .map(async ({ key, count }) => {
        const id = String(key)
        const head = await deps.runtime.resource('process', id)
        return { id, name: head?.name ?? id, count }
      }),
  )
  const most = <T extends { count: number }>(counted: T[]) => counted.toSorted((a, b) => b.count - a.count)
  return {
    total,
    processes: most(processes),
    codes: most(byCode.map(({ key, count }) => ({ code: String(key), count }))),
  }
}
