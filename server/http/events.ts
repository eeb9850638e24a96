import type { IncomingMessage, ServerResponse } from 'node:http'
import Type from 'typebox'
import { refusalOf } from '../contract/errors.ts'
import { refuse } from '../../workflows/model/problem.ts'
import type { Scheduler } from '../../workflows/runtime/ports.ts'
import { actorKey } from './idempotency.ts'
import type { Actor, RawRoute } from './route.ts'

/** Something changed that open pages show; what exactly, they read anew. Never carries data of its own. */
export interface LiveEvent {
  /** `tasks`, `orders`, `notifications:li`, `case:AS26...`, `order:...`. */
  topic: string
  type: string
  data: Record<string, string | number | boolean | null>
}

export interface LiveEvents {
  publish(event: LiveEvent): void
  /** The stream of one caller, until the answer closes. Null when the id to go on from is none of ours. */
  open(outgoing: ServerResponse, caller: Caller, topics: readonly string[], lastEventId: string | null): boolean
  /** Ends the streams of whoever matches: signed out, disabled. */
  drop(matches: (actor: Actor) => boolean): void
  /** How many streams this caller has open. */
  openOf(caller: string): number
  size(): number
  close(): void
}

interface Caller {
  actor: Actor
  /** Asked with each heartbeat, so that a stream does not outlive its session. */
  stillAllowed(): Promise<boolean>
}

interface Stream extends Caller {
  key: string
  outgoing: ServerResponse
  topics: ReadonlySet<string>
}

const HEARTBEAT_MS = 15_000
const KEPT_EVENTS = 500
/** A reader that does not read is let go before it fills the memory. */
const LONGEST_BACKLOG = 1_000_000

/** Server-sent events within this process. `start` tells apart the event ids of one run from those of another. */
export function createLiveEvents(scheduler: Scheduler, start: string): LiveEvents {
  const streams = new Set<Stream>()
  const kept: { number: number; event: LiveEvent }[] = []
  let last = 0
  let beat: { cancel(): void } | null = null

  function send(stream: Stream, text: string): void {
    if (stream.outgoing.writableLength > LONGEST_BACKLOG) stream.outgoing.destroy()
    else stream.outgoing.write(text)
  }

  const written = (number: number, event: LiveEvent) => `id: ${start}.${number}\ndata: ${JSON.stringify(event)}\n\n`

  function scheduleBeat(): void {
    if (beat !== null || streams.size === 0) return
    beat = scheduler.after(HEARTBEAT_MS, () => {
      beat = null
      for (const stream of streams) {
        send(stream, ': still here\n\n')
        stream.stillAllowed().then(
          (allowed) => allowed || stream.outgoing.end(),
          () => stream.outgoing.end(),
        )
      }
      scheduleBeat()
    })
  }

  return {
    publish(event) {
      last += 1
      kept.push({ number: last, event })
      if (kept.length > KEPT_EVENTS) kept.shift()
      for (const stream of streams) if (stream.topics.has(event.topic)) send(stream, written(last, event))
    },

    open(outgoing, caller, topics, lastEventId) {
      const from = lastEventId === null ? last : numberOf(lastEventId, start, last)
      if (from === null) return false
      const stream: Stream = { ...caller, key: actorKey(caller.actor), outgoing, topics: new Set(topics) }
      outgoing.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      })
      send(stream, 'retry: 2000\n\n')
      for (const { number, event } of kept) {
        if (number > from && stream.topics.has(event.topic)) send(stream, written(number, event))
      }
      streams.add(stream)
      outgoing.on('close', () => streams.delete(stream))
      scheduleBeat()
      return true
    },

    drop(matches) {
      for (const stream of streams) if (matches(stream.actor)) stream.outgoing.end()
    },
    openOf: (key) => [...streams].filter((stream) => stream.key === key).length,
    size: () => streams.size,
    close() {
      beat?.cancel()
      for (const stream of streams) stream.outgoing.end()
    },
  }
}

/** Where to go on: ids of an earlier run start anew, the page reads everything again; what is no id of ours is refused. */
function numberOf(id: string, start: string, last: number): number | null {
  const match = /^([\w-]{1,60})\.(\d{1,12})$/.exec(id)
  if (!match) return null
  if (match[1] !== start) return last
  return Number(match[2]) <= last ? Number(match[2]) : null
}

export interface EventRouteDependencies {
  events: LiveEvents
  /** Whether this caller may follow this topic. Unknown topics: nobody. */
  mayFollow(actor: Actor, topic: string): Promise<boolean>
  stillAllowed(actor: Actor): Promise<boolean>
}

/**
 * The same for the page behind a private link: a browser's event stream cannot send the link's header, so the link
 * itself stands in the address, as it does in that of the page. It streams one topic, its own case.
 */
export function customerEventsRoute({
  events,
  holderOf,
}: {
  events: LiveEvents
  holderOf(token: string): Promise<Extract<Actor, { kind: 'customer' }> | null>
}): RawRoute {
  return {
    method: 'GET',
    path: '/api/public/events/:capability',
    summary: 'Server-sent events of the case behind a private link',
    tag: 'customer',
    authorize: { allow: 'public', because: 'the private link in the address is the proof, checked before anything' },
    params: Type.Object({ capability: Type.String({ minLength: 1, maxLength: 600 }) }),
    query: Type.Object({ topics: Type.Optional(Type.String({ maxLength: 120 })) }),
    answers: 'text/event-stream',
    response: Type.String(),
    async exchange({ params, query }, { incoming, outgoing }) {
      const { capability } = params as { capability: string }
      const holder = await holderOf(capability)
      if (!holder || !('caseNo' in holder.scope)) return { ok: false, refusal: refusalOf('capability.required') }
      const topic = `case:${holder.scope.caseNo}`
      const { topics = topic } = query as { topics?: string }
      if (topics !== topic) return { ok: false, refusal: refusalOf('not_found') }
      const key = actorKey(holder)
      if (events.openOf(key) >= MOST_STREAMS) return { ok: false, refusal: refusalOf('rate.limited') }
      const stillAllowed = async () => (await holderOf(capability)) !== null
      const opened = events.open(outgoing, { actor: holder, stillAllowed }, [topic], lastIdOf(incoming))
      return opened ? null : unknownEvent()
    },
  }
}

function lastIdOf(incoming: IncomingMessage): string | null {
  const lastEventId = incoming.headers['last-event-id']
  return typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : null
}

const unknownEvent = () =>
  refuse('event.unknown', { zh: '没有这个事件编号', en: 'Expected the id of an event of this stream' })

const MOST_TOPICS = 20
const MOST_STREAMS = 20

/** `GET /api/events?topics=tasks,case:AS2611250001`: tells open pages that something changed. */
export function eventsRoute({ events, mayFollow, stillAllowed }: EventRouteDependencies): RawRoute {
  return {
    method: 'GET',
    path: '/api/events',
    summary: 'Server-sent events: which of the followed topics changed',
    tag: 'platform',
    authorize: { allow: 'signed-in-or-capability' },
    query: Type.Object({ topics: Type.String({ minLength: 1, maxLength: 1500 }) }),
    answers: 'text/event-stream',
    response: Type.String(),
    async exchange({ actor, query }, { incoming, outgoing }) {
      const topics = [...new Set((query as { topics: string }).topics.split(','))]
      if (topics.length > MOST_TOPICS || topics.some((topic) => !/^[a-z]{2,30}(:[\w.-]{1,80})?$/i.test(topic))) {
        return refuse(
          'topic.invalid',
          { zh: '订阅的主题写法不对', en: `Expected up to ${MOST_TOPICS} topics like tasks or case:AS2611250001` },
          { where: 'topics' },
        )
      }
      for (const topic of topics) {
        if (!(await mayFollow(actor, topic))) return { ok: false, refusal: refusalOf('not_found') }
      }
      if (events.openOf(actorKey(actor)) >= MOST_STREAMS) return { ok: false, refusal: refusalOf('rate.limited') }
      const caller = { actor, stillAllowed: () => stillAllowed(actor) }
      return events.open(outgoing, caller, topics, lastIdOf(incoming)) ? null : unknownEvent()
    },
  }
}
