import type { CalledOutcome } from './commands.ts'
import type { CompiledCall } from './compiled.ts'
import { waits } from './element.ts'
import type { Outcome, Visit } from './element.ts'
import { readText } from './evaluate.ts'
import { failure } from './incidents.ts'
import type { Failure } from './incidents.ts'
import type { ElementInstance } from './instance.ts'
import type { JsonObject } from '../model/json.ts'
import { catchesAround } from './outward.ts'
import { visibleVariables } from './jobs.ts'
import { limits } from './limits.ts'
import { open } from './opening.ts'
import { emit } from './run.ts'
import type { Run } from './run.ts'

/** Id of a called instance; the first of an element instance is named by it alone. */
export const calledIdOf = (instanceId: string, key: number, occurrence: number) =>
  occurrence === 1 ? `${instanceId}:${key}` : `${instanceId}:${key}:call-${occurrence}`

interface Call {
  processId: string
  version: number
  businessKey: string | null
  depth: number
}

type Prepared = { ok: true; call: Call } | { ok: false; failure: Failure }

/** Finds out what is called, in which version; all that can fail comes before the first event. */
function prepare(run: Run, visit: Visit, called: CompiledCall): Prepared {
  const { instance, definition, host } = run
  const id = readText(run, visit, called.processId)
  if (!id.ok) return id
  const depth = (instance.parent?.depth ?? 0) + 1
  if (depth >= limits.callDepth) return { ok: false, failure: failure('call.depth', { limit: limits.callDepth }) }
  const processId = id.value ?? ''
  const caller = { processId: definition.id, version: instance.definitionVersion }
  const version = host.called?.(caller, processId, called.binding) ?? null
  if (version === null) {
    const wanted = called.binding.kind === 'versionTag' ? `${processId} (${called.binding.tag})` : processId
    return { ok: false, failure: failure('call.not_found', { processId: wanted }) }
  }
  const key = called.businessKey === null ? null : readText(run, visit, called.businessKey)
  if (key?.ok === false) return key
  return { ok: true, call: { processId, version, businessKey: key ? key.value : instance.businessKey, depth } }
}

/** What the called process starts with: everything that the call can see, or only what is its own. */
const passed = (run: Run, visit: Visit, called: CompiledCall): JsonObject =>
  called.allDown ? visibleVariables(run, visit) : { ...visit.locals }

function begin(run: Run, visit: Visit, called: CompiledCall, call: Call, occurrence: number): void {
  const { instance } = run
  const { key, node } = visit
  const { processId, version, businessKey, depth } = call
  const calledId = calledIdOf(instance.id, key, occurrence)
  emit(run, { type: 'callStarted', key, elementId: node.id, calledId, processId, version, occurrence })
  run.requests.push({
    type: 'startCalled',
    errandId: `${calledId}:start`,
    calledId,
    processId,
    version,
    variables: passed(run, visit, called),
    businessKey,
    initiator: instance.initiator,
    parent: {
      processInstanceId: instance.id,
      elementInstanceKey: key,
      elementId: node.id,
      depth,
      catches: catchesAround(run, visit),
    },
  })
}

/** Opens the element and asks for its process to be started. */
export function callProcess(run: Run, visit: Visit, called: CompiledCall): Outcome {
  const prepared = prepare(run, visit, called)
  if (!prepared.ok) return prepared.failure
  const failed = open(run, visit)
  if (failed) return failed
  begin(run, visit, called, prepared.call, 1)
  return waits
}

/** After an incident: asks again for the answer of an instance that has ended, or starts another one. */
export function retryCall(run: Run, visit: Visit, called: CompiledCall): Outcome {
  const { element } = visit
  if (element?.call !== undefined) {
    const calledId = calledIdOf(run.instance.id, visit.key, element.call)
    const errandId = `${calledId}:recall-${run.instance.lastEvent}`
    run.requests.push({
      type: 'recallCalled',
      errandId,
      calledId,
      callerId: run.instance.id,
      elementInstanceKey: visit.key,
    })
    return waits
  }
  const prepared = prepare(run, visit, called)
  if (!prepared.ok) return prepared.failure
  begin(run, visit, called, prepared.call, (element?.calls ?? 0) + 1)
  return waits
}

/** Ends the called instance of a call that ends early; one that was not even asked for yet is not started. */
export function cancelCall(run: Run, element: ElementInstance): void {
  if (element.call === undefined) return
  const calledId = calledIdOf(run.instance.id, element.key, element.call)
  const asked = run.requests.findIndex((request) => request.type === 'startCalled' && request.calledId === calledId)
  if (asked >= 0) run.requests.splice(asked, 1)
  else
    run.requests.push({
      type: 'cancelCalled',
      errandId: `${calledId}:cancel`,
      calledId,
      by: run.ending.by,
      reason: null,
    })
}

/** What a called process brings to its caller: everything, what the output mappings read, or nothing. */
export const broughtBack = (visit: Visit, outcome: Extract<CalledOutcome, { kind: 'completed' }>): JsonObject | null =>
  visit.node.call?.allUp || visit.node.outputs.length > 0 ? outcome.variables : null
