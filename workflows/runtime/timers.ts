import { waitIdOf } from '../engine/ids.ts'
import { nextDue } from '../engine/timers.ts'
import type { Result } from '../model/problem.ts'
import type { Advance } from './advance.ts'
import type { TimerDocument } from './documents.ts'
import type { StartEvent } from './gatherings.ts'
import type { Clock, FollowUp, Log, Store, Stored } from './ports.ts'
import type { StartTrigger } from './start-triggers.ts'

export interface TimerDependencies {
  store: Store
  clock: Clock
  log: Log
  advance: Advance
  timeZone: string
  /** Starts an instance at a start event; the id makes it happen once. */
  start(event: StartEvent, followUps: FollowUp[]): Promise<Result<unknown>>
}

export interface Timers {
  /** Fires what is due, oldest first; returns how many. */
  fire(): Promise<number>
  /** When the next one is due; null when none waits. */
  next(): Promise<string | null>
}

/** Timers fired in one go; the next go comes at once, but lets others in between. */
const batch = 200

/** The timer of a start event of a version that is being published; of several at one event each has its own. */
export function startTimer(
  { processId, version }: { processId: string; version: number },
  { elementId, index, due, gathering }: Extract<StartTrigger, { kind: 'timer' }>,
): TimerDocument {
  const timerId = `start:${processId}:${version}:${waitIdOf(elementId, index)}#1`
  const { due: dueAt, ...cycle } = due
  const start = { processId, version, ...cycle, ...(gathering ? { gathering } : {}) }
  return { timerId, processInstanceId: null, elementId, dueAt, what: 'start', start }
}

/** The firing of a cycle that follows; the remaining count is what makes its id another one. */
function following(timer: TimerDocument, now: string, timeZone: string): TimerDocument | null {
  const { start } = timer
  if (!start || start.every === null) return null
  const next = nextDue({ ...start, due: timer.dueAt, every: start.every }, now, timeZone)
  if (!next) return null
  const [name = timer.timerId, count] = timer.timerId.split('#')
  const timerId = `${name}#${Number(count ?? 1) + 1}`
  const { due: dueAt, ...cycle } = next
  return { ...timer, timerId, dueAt, start: { ...start, ...cycle } }
}

/** An instance makes each of its timers in one commit; one of a start event may be published again. */
const gone = (id: string, { processInstanceId }: TimerDocument): FollowUp => ({
  kind: 'remove',
  collection: 'timers',
  id,
  own: processInstanceId !== null,
})

export function createTimers(deps: TimerDependencies): Timers {
  const { store, clock, log, advance } = deps

  /** Removes a timer that nobody waits for any more. */
  async function discard({ id, version, data }: Stored<TimerDocument>, why: string): Promise<void> {
    log.info('timer.discarded', { timerId: id, why })
    await store.commit({
      aggregate: { collection: 'timers', id, expectedVersion: version, data },
      followUps: [gone(id, data)],
    })
  }

  async function fireOne(stored: Stored<TimerDocument>): Promise<void> {
    const { id: timerId, data } = stored
    const { processInstanceId, start } = data
    const followUps: FollowUp[] = [gone(timerId, data)]
    if (processInstanceId !== null) {
      const command = (_: unknown, now: string) => ({ type: 'fireTimer' as const, timerId, now })
      const result = await advance.change(processInstanceId, { command, followUps })
      if (!result.ok && result.refusal.code !== 'instance.busy') await discard(stored, result.refusal.code)
      return
    }
    if (!start) return discard(stored, 'no start event')
    const next = following(data, clock.now(), deps.timeZone)
    if (next) followUps.push({ kind: 'insert', collection: 'timers', id: next.timerId, data: next })
    const { processId, version, gathering } = start
    const result = await deps.start(
      {
        processInstanceId: timerId,
        startElementId: data.elementId,
        processId,
        version,
        ...(gathering ? { gathering } : {}),
      },
      followUps,
    )
    if (!result.ok) await discard(stored, result.refusal.code)
  }

  return {
    async fire() {
      const filter = { dueAt: { $lte: clock.now() } }
      const { items } = await store.find<TimerDocument>('timers', { filter, sort: [['dueAt', 1]], limit: batch })
      // Begun oldest first, and waited for together: two of one instance keep the order of their due times, because its
      // commands stand in a queue; those of different instances share a commit.
      const guarded = (stored: Stored<TimerDocument>) =>
        fireOne(stored).catch((error: unknown) =>
          log.error('timer.broken', { timerId: stored.id, error: String(error) }),
        )
      await Promise.all(items.map(guarded))
      return items.length
    },
    async next() {
      const page = await store.find<TimerDocument>('timers', { sort: [['dueAt', 1]], limit: 1 })
      return page.items[0]?.data.dueAt ?? null
    },
  }
}
