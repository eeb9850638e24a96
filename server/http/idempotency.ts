import { hash } from 'node:crypto'
import { ok, type Refusal, type Result } from '../../workflows/model/problem.ts'
import type { Clock, CollectionSpec, CommitResult, FollowUp, Store } from '../../workflows/runtime/ports.ts'
import { refusalOf } from '../contract/errors.ts'
import type { Actor } from './route.ts'

/** Answers of commands by their key, kept for as long as the order may be refunded (reliability R9). */
export const commandsCollection: CollectionSpec = { name: 'commands', indexes: [] }

interface CommandRecord {
  /** running: claimed, effect unknown; done: the answer stands; free: was refused, nothing changed, may be asked anew. */
  state: 'running' | 'done' | 'free'
  bodyHash: string
  startedAt: string
  /** The server process that works on it: after a crash another one takes it over. */
  runner: string
  answer: unknown
}

export interface Idempotency {
  /** Does the work once per key and remembers its answer; a refusal changes nothing and is not remembered. */
  once(
    key: string,
    body: unknown,
    work: () => Promise<Result<unknown>>,
    followUps: (answer: unknown) => FollowUp[],
  ): Promise<{ result: Result<unknown>; retryAfter?: number }>
}

/** The header bound to who asks and what for: the same words of another user are another key. */
export function commandKey(actor: Actor, route: string, header: string): string {
  return hash('sha256', `${actorKey(actor)}\n${route}\n${header}`)
}

/** Who an actor is, as one word. */
export function actorKey(actor: Actor): string {
  if (actor.kind === 'user') return `user:${actor.userId}`
  if (actor.kind === 'customer')
    return `customer:${'caseNo' in actor.scope ? actor.scope.caseNo : actor.scope.orderNo}:${actor.customerId}`
  return actor.kind === 'provider' ? `provider:${actor.provider}` : 'anonymous'
}

/** Another process's claim counts as dead after this long; no command takes longer. */
const DEAD_AFTER_MS = 60_000

/** `alone`: no other process can be at work on this store, so a claim that is not of this one is of a dead one. */
export interface Runner {
  id: string
  alone: boolean
}

export function createIdempotency(store: Store, clock: Clock, self: Runner): Idempotency {
  const inFlight = new Set<string>()

  async function claimOf(
    key: string,
    bodyHash: string,
  ): Promise<{ written: Promise<CommitResult> } | { answer: unknown } | { refusal: Refusal; retryAfter?: number }> {
    const known = await store.load<CommandRecord>(commandsCollection.name, key)
    const busy = { refusal: refusalOf('idempotency.in_flight'), retryAfter: 1 }
    if (known && known.data.state !== 'free') {
      if (known.data.bodyHash !== bodyHash) return { refusal: refusalOf('idempotency.reused') }
      if (known.data.state === 'done') return { answer: known.data.answer }
      const age = Date.parse(clock.now()) - Date.parse(known.data.startedAt)
      if (known.data.runner !== self.id && !self.alone && age < DEAD_AFTER_MS) return busy
    }
    const data: CommandRecord = { state: 'running', bodyHash, startedAt: clock.now(), runner: self.id, answer: null }
    const aggregate = { collection: commandsCollection.name, id: key, expectedVersion: known?.version ?? 0, data }
    const written = store.commit({ aggregate, followUps: [] })
    // Alone nobody can be faster, and commits come to be in the order in which they are asked for: the work need not
    // wait, for its own commit stands with this one or behind it.
    if (self.alone) written.catch(() => {})
    else if (!(await written).ok) return busy
    return { written }
  }

  return {
    async once(key, body, work, followUps) {
      const bodyHash = hash('sha256', canonical(body))
      if (inFlight.has(key)) {
        return { result: { ok: false, refusal: refusalOf('idempotency.in_flight') }, retryAfter: 1 }
      }
      inFlight.add(key)
      try {
        const claimed = await claimOf(key, bodyHash)
        if ('answer' in claimed) return { result: ok(claimed.answer) }
        if ('refusal' in claimed) {
          const { refusal, retryAfter } = claimed
          return { result: { ok: false, refusal }, ...(retryAfter === undefined ? {} : { retryAfter }) }
        }
        const result = await work()
        const claim = await claimed.written
        if (!claim.ok) throw new Error(`The command ${key} is somebody else's`)
        const data: CommandRecord = {
          state: result.ok ? 'done' : 'free',
          bodyHash,
          startedAt: clock.now(),
          runner: self.id,
          answer: result.ok ? (result.value ?? null) : null,
        }
        const aggregate = { collection: commandsCollection.name, id: key, expectedVersion: claim.version, data }
        await store.commit({ aggregate, followUps: result.ok ? followUps(data.answer) : [] })
        return { result }
      } finally {
        inFlight.delete(key)
      }
    },
  }
}

/** JSON with sorted keys, so that the order of writing does not make another body. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  const fields = value as Record<string, unknown>
  let text = ''
  for (const name of Object.keys(fields).toSorted()) {
    if (fields[name] === undefined) continue
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonical(fields[name])}`
  }
  return `{${text}}`
}
