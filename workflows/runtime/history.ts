import type { EngineEvent } from '../engine/events.ts'
import type { Page, Store } from './ports.ts'

type Moved = Extract<EngineEvent, { type: 'elementMoved' }>
type Rest = Record<string, unknown>

/** A move as most of them are; what it has besides stands in the last place. */
type PackedMove = [key: number, elementId: string, to: Moved['to'], scopeKey?: number | null, rest?: Rest]

/**
 * The events of one commit. Collection `history`; ids sort as the events happened. Numbers and times follow from the
 * first, and moves are written short: every case keeps its history for years.
 */
export interface HistoryDocument {
  processInstanceId: string
  first: number
  at: string
  events: (PackedMove | Rest)[]
}

/** Number of fields of a move that says no more than every move. */
const plainMove = 7

function packMove(event: Moved): PackedMove {
  const { key, elementId, scopeKey, to } = event
  if (Object.keys(event).length > plainMove) {
    const { type: _, seq: _seq, at: _at, key: _key, elementId: _id, scopeKey: _scope, to: _to, ...rest } = event
    if (Object.keys(rest).length > 0) return [key, elementId, to, scopeKey, rest]
  }
  return scopeKey === null ? [key, elementId, to] : [key, elementId, to, scopeKey]
}

function pack(event: EngineEvent, at: string): PackedMove | Rest {
  if (event.at !== at) return { ...event }
  if (event.type === 'elementMoved') return packMove(event)
  const { seq: _, at: _at, ...rest } = event
  return rest
}

function unpack(packed: PackedMove | Rest, seq: number, at: string): EngineEvent {
  if (!Array.isArray(packed)) return { seq, at, ...packed } as EngineEvent
  const [key, elementId, to, scopeKey = null, rest] = packed as PackedMove
  return { seq, at, type: 'elementMoved', key, elementId, scopeKey, to, ...rest }
}

const historyId = (processInstanceId: string, firstEvent: number): string =>
  `${processInstanceId}:${String(firstEvent).padStart(8, '0')}`

/** The document of the events of one commit, with its id. */
export function packHistory(processInstanceId: string, events: readonly [EngineEvent, ...EngineEvent[]]) {
  const [{ seq: first, at }] = events
  const document: HistoryDocument = { processInstanceId, first, at, events: events.map((event) => pack(event, at)) }
  return { id: historyId(processInstanceId, first), document }
}

/** All events of an instance, in order. */
export async function readHistory(store: Store, processInstanceId: string): Promise<EngineEvent[]> {
  // `;` is the letter after `:`.
  const filter = { id: { $gte: `${processInstanceId}:`, $lt: `${processInstanceId};` } }
  const events: EngineEvent[] = []
  for (let after: string | null = ''; after !== null;) {
    const query = { filter, limit: 1000, ...(after === '' ? {} : { after }) }
    const page: Page<HistoryDocument> = await store.find<HistoryDocument>('history', query)
    for (const { data } of page.items) {
      // An instance whose id continues this one's has its history in the same range.
      if (data.processInstanceId !== processInstanceId) continue
      data.events.forEach((packed, index) => events.push(unpack(packed, data.first + index, data.at)))
    }
    after = page.next
  }
  return events
}
