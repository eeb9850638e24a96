import type { Refusal } from '../model/problem.ts'
import { refuseChoice } from './approval/choice.ts'
import { begun } from './apply.ts'
import type { Command, StartCommand } from './commands.ts'
import type { CompiledNode, CompiledProcess } from './compiled.ts'
import { drain } from './drain.ts'
import type { EngineEvent } from './events.ts'
import { activateAdHoc } from './handle/ad-hoc.ts'
import { cancel, resolveIncident, setVariablesOf } from './handle/administration.ts'
import { answerCall, failCall } from './handle/calls.ts'
import { completeJob, exhaustJob, throwJobError } from './handle/jobs.ts'
import { migrate } from './handle/migrate.ts'
import { modify } from './handle/modify.ts'
import { act, assign, completeTask, withdraw } from './handle/tasks.ts'
import { correlateMessage, fireTimer, receiveSignal } from './handle/waits.ts'
import type { Host } from './host.ts'
import type { ElementInstance, ProcessInstance } from './instance.ts'
import { refusals } from './refusals.ts'
import type { Request } from './requests.ts'
import { withoutPassing } from './passing.ts'
import { beginProcess, startOf } from './process.ts'
import { beginRun } from './run.ts'
import type { Run } from './run.ts'
import { tellStuckJoins } from './stuck-joins.ts'

export type StepResult =
  | { ok: true; instance: ProcessInstance; events: EngineEvent[]; requests: readonly Request[] }
  | { ok: false; refusal: Refusal }

/** Carries a command out on a run, or says why not; a refusal comes before the first event. */
export type Handler<C extends Command> = (run: Run, command: C) => Refusal | null

type Handlers = { [T in Exclude<Command['type'], 'start' | 'migrate'>]: Handler<Extract<Command, { type: T }>> }

const handlers: Handlers = {
  claim: assign,
  unclaim: assign,
  completeTask,
  act,
  withdraw,
  completeJob,
  exhaustJob,
  throwError: throwJobError,
  fireTimer,
  correlateMessage,
  catchSignal: receiveSignal,
  setVariables: setVariablesOf,
  resolveIncident,
  activateAdHoc,
  modify,
  cancel,
  answerCall,
  failCall,
}

const rootOf = (processId: string, start: CompiledNode | null): ElementInstance =>
  start === null ? { key: 1, at: processId } : { key: 1, at: processId, via: start.id }

function start(definition: CompiledProcess, command: StartCommand, host: Host): StepResult {
  const begins = startOf(definition, command, host.timeZone)
  if ('code' in begins) return { ok: false, refusal: begins }
  const chosen = command.choose ?? {}
  const refused =
    refusals.variables(command.variables, null) ??
    refuseChoice(chosen, 'chosenAtStart', (id) => definition.node(id)?.parsed.policy?.participants, host.people)
  if (refused) return { ok: false, refusal: refused }
  const { now: at } = command
  const event: Extract<EngineEvent, { type: 'instanceStarted' }> = {
    seq: 1,
    at,
    type: 'instanceStarted',
    instance: {
      id: command.processInstanceId,
      processId: definition.id,
      definitionVersion: command.definitionVersion,
      businessKey: command.businessKey,
      initiator: command.initiator,
      startedAt: at,
      variables: command.variables,
      parent: command.parent,
      pinned: command.pinned,
    },
  }
  if (command.choose) event.instance.choose = command.choose
  if (command.correlationKey) event.instance.correlationKey = command.correlationKey
  if (definition.listens) event.instance.root = rootOf(definition.id, begins.at)
  const run = beginRun(definition, begun(event), host, at)
  run.events.push(event)
  beginProcess(run, begins.at?.id ?? null)
  return end(run)
}

function end(run: Run): StepResult {
  drain(run)
  if (run.instance.state === 'active') tellStuckJoins(run)
  const { instance, events } = run
  return { ok: true, instance, events, requests: withoutPassing(run.requests, events) }
}

/**
 * One command on one instance (null for `start`): the events that it causes, already applied to the instance that was
 * passed, and the requests to the world that follow. A refusal changes nothing. Pure: time and ids come with the
 * command, look-ups from the host; the same input always gives the same output (reliability R2).
 *
 * Expected trouble is an incident in the instance. An exception is a defect; the instance must then be thrown away and
 * loaded again.
 */
export function step(
  definition: CompiledProcess,
  instance: ProcessInstance | null,
  command: Command,
  host: Host,
): StepResult {
  if (command.type === 'start')
    return instance ? { ok: false, refusal: refusals.exists() } : start(definition, command, host)
  if (!instance) return { ok: false, refusal: refusals.noInstance() }
  if (command.type === 'migrate') {
    const migrated = migrate(definition, instance, command, host)
    return migrated.ok ? end(migrated.run) : migrated
  }
  const run = beginRun(definition, instance, host, command.now)
  const handler = handlers[command.type] as Handler<Command>
  const refusal = handler(run, command)
  return refusal ? { ok: false, refusal } : end(run)
}
