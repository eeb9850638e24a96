import type { Refusal } from '../../model/problem.ts'
import { elementOf } from '../apply.ts'
import type { MigrateCommand } from '../commands.ts'
import type { CompiledNode, CompiledProcess } from '../compiled.ts'
import type { Host } from '../host.ts'
import { waitIdOf } from '../ids.ts'
import { incidentSentence } from '../incidents.ts'
import type { ElementInstance, ProcessInstance, SubscriptionState, TimerState } from '../instance.ts'
import { eventsOf, flowFor, outcomeOf, planMigration, proposalsOf, refuseMigration, waitedBy } from '../migration.ts'
import { refusals } from '../refusals.ts'
import { beginRun, emit, visitOf } from '../run.ts'
import type { Run } from '../run.ts'
import { stepPicture } from '../steps.ts'
import { taskPicture } from '../tasks.ts'
import { armTimer, beginWait, dropSome, prepareWaits } from '../waits.ts'
import type { Wait } from '../waits.ts'

/** What an element waited for by an event that has another name, or another text, in the new version. */
interface Held {
  key: number
  timers: TimerState[]
  subscriptions: SubscriptionState[]
  conditions: number[]
  to: CompiledNode
  renewed: boolean
}

type Proposed = (id: string) => CompiledNode | undefined

const rootOf = (instance: ProcessInstance): ElementInstance[] => (instance.root ? [instance.root] : [])

/** Lets go of everything that cannot stay as it is, and keeps what is to be held again. */
function letGo(run: Run, proposed: Proposed): Held[] {
  const held: Held[] = []
  for (const element of [...rootOf(run.instance), ...run.instance.elements]) {
    const node = run.definition.node(element.at)
    const to = node && proposed(node.id)
    if (!node || !to) continue
    const there = eventsOf(to)
    const leaving: CompiledNode[] = []
    for (const event of eventsOf(node)) {
      if (waitedBy(element, event.id).length === 0) continue
      const counterpart = proposed(event.id)
      const stays = counterpart !== undefined && there.includes(counterpart)
      const renewed = stays && outcomeOf(event, counterpart) === 'renewed'
      if (stays && !renewed && counterpart.id === event.id) continue
      leaving.push(event)
      if (!stays) continue
      held.push({
        key: element.key,
        timers: (element.timers ?? []).filter(({ at }) => at === event.id),
        subscriptions: (element.subscriptions ?? []).filter(({ at }) => at === event.id),
        conditions: (element.conditions ?? []).filter(({ at }) => at === event.id).map(({ index = 0 }) => index),
        to: counterpart,
        renewed,
      })
    }
    dropSome(run, element, leaving)
  }
  return held
}

/** A timer under its new name, with the time that it is due and what is left of its cycle. */
const renamed = (timer: TimerState, to: CompiledNode): TimerState => {
  const round = timer.id.includes('#') ? timer.id.slice(timer.id.indexOf('#')) : ''
  return { ...timer, at: to.id, id: `${waitIdOf(to.id, timer.index)}${round}` }
}

/** Waits again for what was let go: timers as they were due, messages by their old key where the text is the same. */
function takeUp(run: Run, { key, timers, subscriptions, conditions, to, renewed }: Held): Refusal | null {
  const element = key === 1 && run.instance.root ? run.instance.root : elementOf(run.instance, key)
  if (!element) return null
  for (const timer of timers) armTimer(run, key, renamed(timer, to))
  for (const index of conditions) beginWait(run, key, { kind: 'condition', at: to.id, index })
  if (subscriptions.length === 0) return null
  if (renewed) {
    const waits: Wait[] = []
    const failed = prepareWaits(run, visitOf(run, element), [to], waits)
    if (failed) return refusals.cannotOpen(to.id, incidentSentence(failed.code, failed.values))
    for (const wait of waits) if (wait.kind === 'message' || wait.kind === 'signal') beginWait(run, key, wait)
    return null
  }
  for (const open of subscriptions) {
    const { index = 0, kind = 'message', name, once } = open
    const said = { at: to.id, index, name, once }
    beginWait(run, key, kind === 'signal' ? { kind, ...said } : { kind, key: open.key, ...said })
  }
  return null
}

/** Carries an instance over on two runs that tell into one history; after a refusal both are thrown away. */
function carryOver(before: Run, after: Run, command: MigrateCommand): Refusal | null {
  const { instance, definition } = before
  const { target, version, by, reason, mapping: told } = command
  const plan = planMigration(definition, target, instance, told)
  if (plan.reasons.length > 0) return refuseMigration(version, plan)
  const proposed = proposalsOf(definition, target, told)
  const flows: Record<string, string> = {}
  for (const element of instance.elements) {
    const node = definition.node(element.at)
    const to = node && proposed(node.id)
    for (const flowId of [...Object.keys(element.arrived ?? {}), ...(element.taken ?? [])]) {
      const now = node && to ? flowFor(flowId, node, to, proposed) : undefined
      if (now !== undefined && now !== flowId) flows[flowId] = now
    }
  }
  const elements: Record<string, string> = {}
  for (const { id } of definition.nodes) {
    const to = proposed(id)
    if (to && to.id !== id) elements[id] = to.id
  }
  const held = letGo(before, proposed)
  emit(after, {
    type: 'instanceMigrated',
    from: instance.definitionVersion,
    to: version,
    by,
    reason,
    elements,
    flows,
    pinned: command.pinned,
    listens: target.listens,
    carried: plan.carried,
  })
  for (const each of held) {
    const refused = takeUp(after, each)
    if (refused) return refused
  }
  return openNew(after, plan.carried)
}

type CarriedList = ReturnType<typeof planMigration>['carried']

/** Begins to wait for what only the new version has, and shows open tasks as it says. */
function openNew(run: Run, carried: CarriedList): Refusal | null {
  const opened = new Map<string, { key: number; event: CompiledNode }>()
  for (const { key, to, outcome } of carried) {
    const event = to === null ? undefined : run.definition.node(to)
    if (outcome === 'opened' && event) opened.set(`${key} ${event.id}`, { key, event })
  }
  for (const { key, event } of opened.values()) {
    const element = key === 1 && run.instance.root ? run.instance.root : elementOf(run.instance, key)
    if (!element) continue
    const waits: Wait[] = []
    const failed = prepareWaits(run, visitOf(run, element), [event], waits)
    if (failed) return refusals.cannotOpen(event.id, incidentSentence(failed.code, failed.values))
    for (const wait of waits) beginWait(run, key, wait)
  }
  for (const element of run.instance.elements) {
    if (element.task?.change?.to === 'creating') continue
    if (element.task) run.requests.push(taskPicture(run, visitOf(run, element), element.task))
    else if (element.step) run.requests.push(stepPicture(run, visitOf(run, element)))
  }
  return null
}

/**
 * Takes a running instance to another version of its process. Everything is planned and tried on a copy first, so that
 * a refusal, which tells every reason, leaves the instance as it was. Answers the run in the new version.
 */
export function migrate(
  source: CompiledProcess,
  instance: ProcessInstance,
  command: MigrateCommand,
  host: Host,
): { ok: true; run: Run } | { ok: false; refusal: Refusal } {
  if (instance.state !== 'active') return { ok: false, refusal: refusals.ended(instance.state) }
  const { target, now, version } = command
  if (target.id !== instance.processId) return { ok: false, refusal: refusals.otherProcess(target.id) }
  if (version === instance.definitionVersion) return { ok: false, refusal: refusals.sameVersion(version) }
  const attempt = (at: ProcessInstance): { run: Run; refused: Refusal | null } => {
    const before = beginRun(source, at, host, now)
    const run: Run = { ...beginRun(target, at, host, now), events: before.events, requests: before.requests }
    return { run, refused: carryOver(before, run, command) }
  }
  const { refused } = attempt(JSON.parse(JSON.stringify(instance)) as ProcessInstance)
  if (refused) return { ok: false, refusal: refused }
  return { ok: true, run: attempt(instance).run }
}
