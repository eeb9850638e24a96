import { compileExpression } from '../../expressions/compile.ts'
import { toJson } from '../../expressions/json.ts'
import { normalInstant } from '../../engine/instants.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Refusal, Result } from '../../model/problem.ts'
import type { IncidentDocument } from '../documents.ts'
import type { JobDocument, JobOutcome, TaskAct, TaskDocument } from '../face.ts'
import { expectationFails } from './expectation.ts'
import type { ActStep, Step, StepName, Steps } from './format.ts'
import { difference } from './matching.ts'
import type { World } from './world.ts'

/** How a step went: done, refused by the engine, or not as the scenario says. */
export type Performed =
  | { state: 'ok' }
  | { state: 'refused'; refusal: Pick<Refusal, 'code' | 'message'> }
  | { state: 'failed'; message: string }

const done: Performed = { state: 'ok' }
const failed = (message: string): Performed => ({ state: 'failed', message })
const refused = (code: string, en: string): Performed => ({
  state: 'refused',
  refusal: { code, message: { zh: en, en } },
})
const told = (result: Result<unknown>): Performed => (result.ok ? done : { state: 'refused', refusal: result.refusal })

const list = (ids: readonly string[]) => (ids.length === 0 ? 'nothing' : ids.join(', '))

type Performers = { [K in StepName]: (world: World, step: NonNullable<Steps[K]>) => Promise<Performed> }

const noInstance = (name: string | undefined) =>
  refused('instance.not_found', `there is no instance ${name ?? 'main'} so far`)

/** The nth oldest open task at an element, else the newest that is closed: acting on it says what happened. */
async function taskAt(world: World, id: string, elementId: string, nth = 1): Promise<TaskDocument | undefined> {
  const tasks = await world.tasks({ processInstanceId: id, elementId })
  return tasks.filter((task) => task.state === 'open')[nth - 1] ?? tasks.findLast((task) => task.state === 'closed')
}

/** The act itself, with something to stand for a signature that is only said to be there. */
function actOf({ instance: _instance, element: _element, nth: _nth, signature, ...rest }: ActStep): TaskAct {
  const signed = signature === true ? '—' : signature
  return typeof signed === 'string' ? { ...rest, signature: signed } : rest
}

async function act(world: World, step: ActStep): Promise<Performed> {
  const { instance, element, nth } = step
  const rest = actOf(step)
  const id = world.idOf(instance)
  if (id === undefined) return noInstance(instance)
  if (rest.action === 'withdraw') return told(await world.runtime.withdraw(id, rest.by, rest.comment))
  if (element === undefined) return failed(`the act "${rest.action}" needs an element`)
  const task = await taskAt(world, id, element, nth)
  if (!task) return refused('task.not_found', `there is no task at ${element}`)
  return told(await world.runtime.actOnTask(task.taskId, rest))
}

interface JobPick {
  instance?: string
  element?: string
  type?: string
  nth?: number
}

async function answerJob(world: World, pick: JobPick, outcome: JobOutcome, retries?: number): Promise<Performed> {
  const id = world.idOf(pick.instance)
  if (id === undefined) return noInstance(pick.instance)
  const { element, type, nth = 1 } = pick
  // Who is told of something that has ended is no part of its case any more.
  const waiting = await world.all<JobDocument>('jobs', { processInstanceId: { $in: [id, null] }, state: 'waiting' })
  const found = waiting
    .filter(
      (job) =>
        job.id.startsWith(`${id}:`) &&
        (element === undefined || job.elementId === element) &&
        (type === undefined || job.jobType === type),
    )
    .toSorted((a, b) => (a.elementInstanceKey ?? 0) - (b.elementInstanceKey ?? 0))[nth - 1]
  if (!found) return refused('job.not_found', `no job waits at ${element ?? type ?? 'any element'}`)
  return told(await world.runtime.answerJob(found.id, outcome, retries))
}

const performers: Performers = {
  async start(world, { process, variables, businessKey, by, as, element, choose }) {
    const processId = process ?? (await world.runtime.resources('process')).map((one) => one.id)
    if (Array.isArray(processId) && processId.length !== 1)
      return failed(`name the process to start: there are ${processId.join(', ') || 'none'}`)
    world.expectName(as)
    const started = await world.runtime.start({
      processId: Array.isArray(processId) ? processId[0]! : processId,
      variables: variables ?? {},
      businessKey: businessKey ?? null,
      initiator: by ?? 'system',
      ...(element !== undefined && { startElementId: element }),
      ...(choose && { choose }),
    })
    return told(started)
  },
  async message(world, { name, correlationKey, variables, as, ttl }) {
    world.expectName(as)
    const published = await world.runtime.publishMessage({
      messageId: world.newId(),
      name,
      correlationKey: correlationKey === undefined ? null : String(correlationKey),
      variables: variables ?? {},
      timeToLive: ttl ?? 'PT0S',
    })
    world.expectName(undefined)
    return told(published)
  },
  async signal(world, { name, variables }) {
    return told(await world.runtime.broadcastSignal({ signalId: world.newId(), name, variables: variables ?? {} }))
  },
  async advance(world, step) {
    const to = typeof step === 'string' ? world.calendars.add(world.now(), step, 'natural') : normalInstant(step.to)
    if (to === null) return failed(`expected a duration or an instant, but got ${JSON.stringify(step)}`)
    if (to < world.now()) return failed(`the clock is at ${world.now()} and does not go back to ${to}`)
    await world.advanceTo(to)
    return done
  },
  async completeTask(world, { instance, element, variables, nth, by, choose }) {
    const id = world.idOf(instance)
    if (id === undefined) return noInstance(instance)
    const task = await taskAt(world, id, element, nth)
    if (!task) return refused('task.not_found', `there is no task at ${element}`)
    const who = by ?? task.waitingFor[0] ?? 'system'
    return told(await world.runtime.completeTask(task.taskId, who, variables ?? {}, undefined, choose))
  },
  act,
  completeJob: (world, { variables, result, ...pick }) =>
    answerJob(world, pick, { kind: 'complete', variables: variables ?? {}, ...(result && { result }) }),
  failJob: (world, { message, retries, backoff, ...pick }) =>
    answerJob(
      world,
      pick,
      {
        kind: 'fail',
        message: message ?? 'failed',
        retryAfter: backoff ?? 'PT0S',
        ...(retries === 0 && { final: true }),
      },
      retries,
    ),
  throwError: (world, { code, message, variables, ...pick }) =>
    answerJob(world, pick, { kind: 'error', code, message: message ?? '', variables: variables ?? {} }),
  async setVariables(world, { instance, variables, scope }) {
    const id = world.idOf(instance)
    return id === undefined
      ? noInstance(instance)
      : told(await world.runtime.setVariables(id, variables, 'system', scope))
  },
  async activate(world, { instance, element, inner, variables }) {
    const id = world.idOf(instance)
    return id === undefined
      ? noInstance(instance)
      : told(await world.runtime.activateAdHoc(id, element, inner ?? [], 'system', variables))
  },
  async resolve(world, { instance, element }) {
    const id = world.idOf(instance)
    if (id === undefined) return noInstance(instance)
    const [incident] = await world.all<IncidentDocument>('incidents', {
      processInstanceId: id,
      elementId: element,
      state: 'open',
    })
    if (!incident) return refused('incident.not_found', `there is no open incident at ${element}`)
    return told(await world.runtime.resolveIncident(incident.incidentId, 'system'))
  },
  async cancel(world, { instance }) {
    const id = world.idOf(instance)
    return id === undefined ? noInstance(instance) : told(await world.runtime.cancel(id, 'system', null))
  },
  restart(world) {
    world.restart()
    return Promise.resolve(done)
  },
  async evaluate(world, { decision, input, output }) {
    const answer = await world.runtime.evaluateDecision(decision, input ?? {})
    if (!answer.ok) return refused(answer.code, answer.message.en)
    const found = output === undefined ? null : difference(output, answer.output)
    return found === null ? done : failed(found)
  },
  feel(world, { expression, context, result }) {
    const compiled = compileExpression(expression.replace(/^\s*=/, ''))
    if (!compiled.ok) return Promise.resolve(refused(compiled.problem.code, compiled.problem.message.en))
    const scope: JsonObject = context ?? {}
    const value = compiled.expression.evaluate({
      now: world.now(),
      timeZone: world.timeZone,
      get: (name: string) => (Object.hasOwn(scope, name) ? scope[name] : undefined),
    })
    if (!value.ok) return Promise.resolve(refused(value.code, value.message.en))
    const found = result === undefined ? null : difference(result, toJson(value.value))
    return Promise.resolve(found === null ? done : failed(found))
  },
  async expect(world, expectation) {
    const found = await expectationFails(world, expectation)
    return found === null ? done : failed(found)
  },
  async rejects(world, { code, ...step }) {
    const names = Object.keys(step)
    if (names.length !== 1)
      return failed(
        `rejects: expected exactly one step, but there ${names.length === 0 ? 'is none' : `are ${names.join(' and ')}`}`,
      )
    const before = await stateOf(world)
    const performed = await perform(world, step)
    if (performed.state === 'failed') return performed
    if (performed.state === 'ok') return failed('expected the step to be refused, but it was done')
    if (code !== undefined && performed.refusal.code !== code)
      return failed(`expected the code ${code}, but got ${performed.refusal.code}: ${performed.refusal.message.en}`)
    const after = await stateOf(world)
    return before === after ? done : failed('the step was refused, and changed something all the same')
  },
  async batch(world, { acts, results }) {
    const answers: string[] = []
    for (const one of acts) {
      const performed = await act(world, one)
      if (performed.state === 'failed') return performed
      answers.push(performed.state === 'ok' ? 'ok' : performed.refusal.code)
      await world.runtime.settle()
    }
    const found = difference(results, answers)
    return found === null ? done : failed(found)
  },
  async preview(world, { void: voided, kept, restarts, compensates, ...step }) {
    const wanted = 'act' in step ? step.act : step
    const { instance, element, nth } = wanted
    const expected = { void: voided, kept, restarts, compensates }
    const id = world.idOf(instance)
    if (id === undefined) return noInstance(instance)
    const task = element === undefined ? undefined : await taskAt(world, id, element, nth)
    if (!task) return refused('task.not_found', `there is no task at ${element ?? 'no element'}`)
    const effects = await world.runtime.previewReturn(task.taskId, actOf(wanted))
    if (!effects.ok) return told(effects)
    for (const [what, ids] of Object.entries(expected) as [keyof typeof expected, string[] | undefined][]) {
      if (ids === undefined) continue
      // What is undone may be named by itself or by what undoes it.
      const listed = [...effects.value[what], ...(what === 'compensates' ? effects.value.handlers : [])]
      const isListed = ids.length === 0 ? listed.length === 0 : ids.every((one) => listed.includes(one))
      if (!isListed) return failed(`expected the preview to list ${what} ${list(ids)}, but it lists ${list(listed)}`)
    }
    return done
  },
}

/** Everything that a refusal must leave as it was. */
async function stateOf(world: World): Promise<string> {
  const instances = await Promise.all(world.instanceIds().map((id) => world.instance(id)))
  const outside = await Promise.all(['tasks', 'jobs', 'timers', 'subscriptions'].map((name) => world.all(name, {})))
  return JSON.stringify([instances, outside])
}

/** Does one step, and everything that is due because of it. */
export async function perform(world: World, step: Step): Promise<Performed> {
  const [name] = Object.keys(step) as StepName[]
  if (name === undefined) return failed('the step is empty')
  const performer = performers[name] as (world: World, step: unknown) => Promise<Performed>
  const performed = await performer(world, step[name])
  await world.runtime.settle()
  return performed
}
