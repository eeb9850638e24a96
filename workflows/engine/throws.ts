import { compensate } from './compensation.ts'
import type { CompiledTrigger } from './compiled.ts'
import { done, handled } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { catcherOf, catchesError, handOver, throwError } from './errors.ts'
import { readText } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import { waitForJob } from './jobs.ts'
import { payload, publish } from './messages.ts'
import { escalateOutward } from './outward.ts'
import { elementOf } from './apply.ts'
import { emit, endToken, move, sendSignal } from './run.ts'
import type { Run } from './run.ts'
import { terminateInside } from './scopes.ts'
import { cancelTransaction } from './transaction.ts'
import { readMessage, readSignal } from './waits.ts'

/** One throw that nothing can stop any more. */
export interface Throw {
  act: (run: Run, visit: Visit) => void
  /** It may end the scope that the thrower stands in, so the thrower is completed before. */
  ends: boolean
}

type Prepare = (run: Run, visit: Visit, trigger: CompiledTrigger, index: number) => Throw | Failure | null

const beside = (act: Throw['act']): Throw => ({ act, ends: false })

const suffix = (index: number) => (index === 0 ? '' : `~${index}`)

const message: Prepare = (run, visit, trigger, index) => {
  // A worker throws it, and is waited for.
  if (visit.node.job) return null
  const said = readMessage(run, visit, trigger)
  if (!said.ok) return said.failure
  return beside(() => publish(run, visit, said, suffix(index)))
}

const signal: Prepare = (run, visit, trigger, index) => {
  const said = readSignal(run, visit, trigger)
  if (!said.ok) return said.failure
  return beside(() => {
    const { key, node } = visit
    const { name } = said
    const signalId = `${run.instance.id}:${key}${suffix(index)}`
    const variables = payload(visit)
    emit(run, { type: 'signalThrown', key, elementId: node.id, signalId, name })
    sendSignal(run, { signalId, name, variables })
    run.requests.push({ type: 'broadcastSignal', signalId, name, variables })
  })
}

function codeOf(run: Run, visit: Visit, trigger: CompiledTrigger): { ok: true; code: string } | Failure {
  const source = trigger.kind === 'error' || trigger.kind === 'escalation' ? trigger.code : null
  const said = source ? readText(run, visit, source) : { ok: true as const, value: '' }
  if (!said.ok) return said.failure
  if (said.value === null) return failure('expression.failed', { expression: source?.expression?.source ?? '' })
  return { ok: true, code: said.value }
}

const escalation: Prepare = (run, visit, trigger) => {
  const said = codeOf(run, visit, trigger)
  if (!('ok' in said)) return said
  const { code } = said
  const thrower = { ...visit, element: null }
  const catcher = catcherOf(run, thrower, 'escalation', code)
  const { key, node } = visit
  const thrown = { type: 'escalationThrown' as const, key, elementId: node.id, code }
  if (!catcher) {
    const outside = escalateOutward(run, code)
    return {
      ends: outside?.ends ?? false,
      act: () => {
        emit(run, { ...thrown, caughtBy: null, ...(outside ? { outside: true as const } : {}) })
        outside?.act()
      },
    }
  }
  return {
    ends: catcher.event.interrupting,
    act: () => {
      emit(run, { ...thrown, caughtBy: catcher.event.id })
      handOver(run, catcher, null)
    },
  }
}

const error: Prepare = (run, visit, trigger) => {
  const said = codeOf(run, visit, trigger)
  if (!('ok' in said)) return said
  const { code } = said
  const thrower = { ...visit, element: null }
  const { name } = visit.node
  if (catchesError(run, thrower, code) === null) return failure('error.uncaught', { errorCode: code, message: name })
  return { ends: true, act: () => void throwError(run, thrower, code, name, null) }
}

const terminate: Prepare = () => ({
  ends: true,
  act: (run, { scopeKey }) => {
    terminateInside(run, scopeKey)
    endToken(run, scopeKey)
  },
})

const prepares: Partial<Record<CompiledTrigger['kind'], Prepare>> = { message, signal, escalation, error, terminate }

/** Tries everything that a visit throws and that can fail; nothing has happened yet. */
export function prepareThrows(run: Run, visit: Visit): Throw[] | Failure {
  const throws: Throw[] = []
  for (const [index, trigger] of visit.node.triggers.entries()) {
    const prepared = prepares[trigger.kind]?.(run, visit, trigger, index) ?? null
    if (prepared === null) continue
    if ('code' in prepared) return prepared
    throws.push(prepared)
  }
  return throws
}

/**
 * Throws what an event throws, one trigger or several (BPMN 10.5.1). What can fail is tried before anything is thrown;
 * what goes on beside comes before what ends the scope, and after that nothing more is thrown.
 */
export function throwTriggers(run: Run, visit: Visit): Outcome {
  const { node, scopeKey } = visit
  const throws = prepareThrows(run, visit)
  if ('code' in throws) return throws
  for (const one of throws) if (!one.ends) one.act(run, visit)
  const ending = throws.filter(({ ends }) => ends)
  if (node.triggers.some(({ kind }) => kind === 'cancel')) return cancelTransaction(run, visit)
  if (node.triggers.some(({ kind }) => kind === 'compensate')) return compensate(run, visit)
  if (ending.length === 0) return node.job ? waitForJob(run, visit, node.job) : done
  move(run, visit, 'completed')
  for (const one of ending) {
    if (run.instance.state !== 'active' || (scopeKey !== null && !elementOf(run.instance, scopeKey))) break
    one.act(run, visit)
  }
  return handled
}
