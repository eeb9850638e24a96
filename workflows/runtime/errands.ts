import type { Command } from '../engine/commands.ts'
import type { ProcessInstance } from '../engine/instance.ts'
import type { AnswerCaller, CancelCalled, RecallCalled, StartCalled } from '../engine/requests.ts'
import { ok } from '../model/problem.ts'
import type { Refusal, Result } from '../model/problem.ts'
import type { Advance } from './advance.ts'
import type { ErrandDocument } from './documents.ts'
import type { Clock, FollowUp, Log, Store } from './ports.ts'

export interface ErrandDependencies {
  store: Store
  clock: Clock
  log: Log
  advance: Advance
  /** Starts an instance; the id makes it happen once. False when it was there before. */
  start(request: StartCalled, followUps: FollowUp[]): Promise<Result<boolean>>
}

/**
 * What call activities ask of other instances: to start, to end, to answer. An errand is stored with the step that
 * asks, and goes with the commit that carries it out, so that a crash in between loses none and repeats none.
 */
export interface Errands {
  carryOut(errandId: string): Promise<void>
  /** Everything that is still there: after a start, and what another server left. Returns how many. */
  sweep(): Promise<number>
}

/** Refusals that a later try may not meet again. */
const passing = new Set(['instance.busy'])

export function createErrands(deps: ErrandDependencies): Errands {
  const { store, clock, log, advance } = deps

  const gone = (errandId: string): FollowUp => ({ kind: 'remove', collection: 'errands', id: errandId })

  /** Drops an errand that nobody waits for any more. */
  async function discard(errandId: string, why: string): Promise<void> {
    const stored = await store.load<ErrandDocument>('errands', errandId)
    if (!stored) return
    log.info('errand.discarded', { errandId, why })
    const { id, version, data } = stored
    await store.commit({
      aggregate: { collection: 'errands', id, expectedVersion: version, data },
      followUps: [gone(errandId)],
    })
  }

  /** Gives an instance a command because of an errand that is still there, and takes the errand away with it. */
  async function tell(
    errandId: string,
    processInstanceId: string,
    make: (now: string) => Command,
  ): Promise<Refusal | null> {
    const result = await advance.change(processInstanceId, {
      command: async (_, now) => ((await store.load('errands', errandId)) ? make(now) : ok(null)),
      followUps: [gone(errandId)],
    })
    if (result.ok) return null
    const { refusal } = result
    if (passing.has(refusal.code)) throw new Error(`${processInstanceId} is busy`)
    return refusal
  }

  async function start(errand: StartCalled): Promise<void> {
    const { errandId, calledId, processId, parent } = errand
    const result = await deps.start(errand, [gone(errandId)])
    if (result.ok) return result.value ? undefined : discard(errandId, 'started before')
    const { code, message: reason } = result.refusal
    log.warn('call.start_refused', { calledId, processId, code })
    const { processInstanceId, elementInstanceKey } = parent
    const refused = await tell(errandId, processInstanceId, (now) => ({
      type: 'failCall',
      elementInstanceKey,
      calledId,
      processId,
      reason,
      now,
    }))
    if (refused) await discard(errandId, refused.code)
  }

  async function cancel({ errandId, calledId, by, reason }: CancelCalled): Promise<void> {
    // What was asked first happens first: nobody may start it after it was looked for in vain.
    await carryOut(`${calledId}:start`)
    const refused = await tell(errandId, calledId, (now) => ({ type: 'cancel', by, reason, byCaller: true, now }))
    if (refused) await discard(errandId, refused.code)
  }

  async function recall({ errandId, calledId, callerId, elementInstanceKey }: RecallCalled): Promise<void> {
    const called = await store.load<ProcessInstance>('instances', calledId)
    if (called?.data.state !== 'completed') return discard(errandId, 'nothing to tell')
    const { variables } = called.data
    const outcome = { kind: 'completed', variables } as const
    await answer({ type: 'answerCaller', errandId, calledId, callerId, elementInstanceKey, outcome })
  }

  async function answer(errand: AnswerCaller): Promise<void> {
    const { errandId, callerId, calledId, elementInstanceKey, outcome } = errand
    const refused = await tell(errandId, callerId, (now) => ({
      type: 'answerCall',
      elementInstanceKey,
      calledId,
      outcome,
      now,
    }))
    if (refused) await discard(errandId, refused.code)
  }

  type Doers = { [T in ErrandDocument['type']]: (errand: Extract<ErrandDocument, { type: T }>) => Promise<void> }
  const doers: Doers = { startCalled: start, cancelCalled: cancel, recallCalled: recall, answerCaller: answer }

  async function carryOut(errandId: string): Promise<void> {
    const stored = await store.load<ErrandDocument>('errands', errandId)
    if (!stored) return
    await (doers[stored.data.type] as (errand: ErrandDocument) => Promise<void>)(stored.data)
  }

  return {
    carryOut,
    async sweep() {
      const { items } = await store.find<ErrandDocument>('errands', { limit: 200 })
      for (const { id } of items) {
        try {
          await carryOut(id)
        } catch (error) {
          log.error('errand.broken', { errandId: id, at: clock.now(), error: String(error) })
        }
      }
      return items.length
    },
  }
}
