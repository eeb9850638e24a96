import type { Dice } from '../../support/seeded.ts'
import { variables } from './diagram.ts'
import type { Assignment, Data, Diagram, Flow, Loop, Node, Process, Scope, Task, Trigger } from './diagram.ts'

/** What the drawing may use; a smaller set gives simpler diagrams. */
export interface Palette {
  size: number
  /** Flows that are bent to another node of their scope, so that splits and joins do not match any more. */
  wild: number
  /** What else is rare is drawn often. */
  rare?: true
}

type Maker = (draft: Draft, from: string, depth: number) => string

interface Draft {
  scope: Scope
  dice: Dice
  left: { nodes: number }
  ids: { next: number }
  rare: boolean
  /** Errors that something around catches, so that they may be thrown here. */
  errors: string[]
  escalations: string[]
  inTransaction: boolean
  /** Data that is declared here or around. */
  data: Data[]
  /** Activities of this scope that can be undone. */
  undoable: string[]
  /** Of the whole file: processes that are called, and messages and signals that somebody may wait for. */
  called: Process[]
  heard: { message: string[]; signal: string[] }
}

const fresh = (draft: Draft, prefix: string) => `${prefix}${(draft.ids.next += 1)}`
const below = ({ dice }: Draft, limit: number) => dice.whole(0, limit - 1)
const chance = ({ dice }: Draft, percent: number) => dice.chance(percent / 100)
const rarely = (draft: Draft, percent: number) => chance(draft, draft.rare ? 60 : percent)
const pick = <T>({ dice }: Draft, list: readonly T[]): T => dice.pick(list)

function add<N extends Node>(draft: Draft, node: N): N {
  // Whether a loop asks before or after it has variables of its own is nobody's business.
  if ('loop' in node && node.loop?.kind === 'standard' && 'locals' in node) {
    const { while: asked } = node.loop
    if (node.locals?.some(({ to }) => to === asked)) delete node.loop
  }
  draft.scope.nodes.push(node)
  draft.left.nodes -= 1
  return node
}

function connect(draft: Draft, from: string, to: string, more: Partial<Flow> = {}): Flow {
  const flow: Flow = { id: fresh(draft, 'f'), from, to, when: null, ...more }
  draft.scope.flows.push(flow)
  return flow
}

/** One of the truth values that flows and loops look at, now and then a data object. */
const variable = (draft: Draft): string => {
  const objects = draft.data.filter(({ kind }) => kind === 'object')
  return objects.length > 0 && chance(draft, 30) ? pick(draft, objects).id : pick(draft, variables)
}

const minutes = (draft: Draft) => 1 + below(draft, 40)

const assignment = (draft: Draft, to = pick(draft, variables)): Assignment => ({
  to,
  from: pick(draft, variables),
  ...(chance(draft, 60) ? { not: true } : {}),
})

const loopOf = (draft: Draft): { loop?: Loop } => {
  if (!chance(draft, 20)) return {}
  const kind = pick(draft, ['parallel', 'sequential', 'standard'] as const)
  if (kind === 'standard')
    return { loop: { kind, while: pick(draft, variables), most: 1 + below(draft, 3), before: chance(draft, 40) } }
  const times = below(draft, 4)
  const enough = times > 1 && chance(draft, 40) ? { enough: 1 + below(draft, times) } : {}
  return { loop: { kind, times, ...enough, ...(chance(draft, 40) ? { collects: true } : {}) } }
}

const localsOf = (draft: Draft): { locals?: Assignment[] } => (chance(draft, 15) ? { locals: [assignment(draft)] } : {})

/** An event from outside that an element may wait for; each name has one place, so that nobody competes for it. */
function outside(draft: Draft, repeats = false, mayWaitForAll = true): Trigger {
  if (rarely(draft, 15)) {
    const of = (['message', 'signal', 'timer'] as const).map((kind) => oneOutside(draft, kind, false))
    return { kind: 'multiple', of: of.slice(below(draft, 2)), all: mayWaitForAll && chance(draft, 60) }
  }
  return oneOutside(draft, pick(draft, ['message', 'signal', 'timer', 'condition'] as const), repeats)
}

function oneOutside(draft: Draft, kind: 'message' | 'signal' | 'timer' | 'condition', repeats: boolean): Trigger {
  if (kind === 'condition') return { kind, when: variable(draft) }
  if (kind === 'timer') {
    const form = repeats && chance(draft, 50) ? 'cycle' : chance(draft, 25) ? 'date' : 'duration'
    return { kind, minutes: minutes(draft), form, times: 1 + below(draft, 3) }
  }
  return { kind, name: heard(draft, kind) }
}

/** A name that something waits for, so that it may be thrown as well. */
function heard(draft: Draft, kind: 'message' | 'signal'): string {
  const name = fresh(draft, 'n')
  draft.heard[kind].push(name)
  return name
}

/** A message or signal to throw: mostly one that somebody waits for. */
function thrownOf(draft: Draft, kind: 'message' | 'signal'): Trigger {
  const names = draft.heard[kind]
  return { kind, name: names.length > 0 && chance(draft, 85) ? pick(draft, names) : fresh(draft, 'n') }
}

const thrown = (draft: Draft): Trigger => {
  const kind = pick(draft, ['message', 'signal', 'multiple'] as const)
  if (kind !== 'multiple') return thrownOf(draft, kind)
  return { kind, of: [thrownOf(draft, 'signal'), thrownOf(draft, 'message')], all: false }
}

const taskTypes: readonly Task['type'][] = [
  'user',
  'user',
  'user',
  'user',
  'service',
  'service',
  'service',
  'abstract',
  'manual',
  'script',
  'script',
  'rule',
  'send',
  'receive',
]

const waitsForSomebody = ({ type }: Task) => type === 'user' || type === 'service' || type === 'receive'

/** A task of any type, that stands alone so far. */
function plainTask(draft: Draft, type = pick(draft, taskTypes)): Task {
  const prefix = { service: 'job' }[type as string] ?? type
  const node: Task = { id: fresh(draft, prefix), type, ...loopOf(draft) }
  if (type === 'script' || type === 'rule') node.sets = assignment(draft)
  // A decision must be given what it looks at, also where nobody has set it.
  if (type === 'rule') {
    node.sets!.not = true
    node.locals = [{ to: node.sets!.from, from: node.sets!.from }]
  }
  if (type === 'send') node.message = (thrownOf(draft, 'message') as { name: string }).name
  if (type === 'receive') node.message = heard(draft, 'message')
  if (type === 'user') Object.assign(node, localsOf(draft))
  if (draft.data.length > 0 && chance(draft, 40)) withData(draft, node)
  return add(draft, node)
}

/** What it has to do with data: work is written down, a script reads. */
function withData(draft: Draft, node: Task): void {
  const data = pick(draft, draft.data).id
  if (node.type === 'user' || node.type === 'service') node.writes = { data, from: `out_${node.id}` }
  if (node.type !== 'script') return
  node.reads = { data, as: `in_${node.id}` }
  node.sets = { ...node.sets!, from: `in_${node.id}` }
}

const task: Maker = (draft, from) => {
  const node = plainTask(draft)
  connect(draft, from, node.id)
  if (waitsForSomebody(node)) boundaries(draft, node.id, node.type === 'service')
  return node.id
}

/** Boundary events whose ways on end, or come back into the main path behind the activity. */
function boundaries(draft: Draft, host: string, mayFail: boolean): void {
  if (!chance(draft, 35)) return
  const isError = mayFail && chance(draft, 40)
  const interrupting = isError || chance(draft, 60)
  const name = chance(draft, 30) ? '' : 'e-job'
  const trigger: Trigger = isError ? { kind: 'error', name } : outside(draft, !interrupting)
  const boundary = add(draft, { id: fresh(draft, 'b'), type: 'boundary', trigger, host, interrupting })
  const after = chance(draft, 50) ? task(draft, boundary.id, 9) : boundary.id
  end(draft, after)
}

function end(draft: Draft, from: string): void {
  // Some ways end without an end event.
  const isActivity = !/^(?:b|start|xorj?|orj?|andj?|complexj?|events|throw|catch)\d/.test(from)
  if (isActivity && chance(draft, 10)) return
  const kinds: Trigger[] = [{ kind: 'none' }, { kind: 'none' }, { kind: 'none' }, { kind: 'none' }]
  if (chance(draft, 25)) kinds.push({ kind: 'terminate' })
  if (chance(draft, 40)) kinds.push(thrown(draft))
  if (draft.undoable.length > 0) kinds.push({ kind: 'compensation' })
  for (const name of draft.errors) kinds.push({ kind: 'error', name })
  for (const name of draft.escalations) kinds.push({ kind: 'escalation', name })
  if (draft.inTransaction) kinds.push({ kind: 'cancel' }, { kind: 'cancel' })
  const node = add(draft, { id: fresh(draft, 'end'), type: 'end', trigger: pick(draft, kinds) })
  connect(draft, from, node.id)
}

const waiting: Maker = (draft, from) => {
  const node = add(draft, { id: fresh(draft, 'catch'), type: 'catch', trigger: outside(draft) })
  connect(draft, from, node.id)
  return node.id
}

const plainThrow: Maker = (draft, from) => {
  const trigger: Trigger =
    draft.escalations.length > 0 && chance(draft, 50)
      ? { kind: 'escalation', name: pick(draft, draft.escalations) }
      : chance(draft, 70)
        ? thrown(draft)
        : { kind: 'none' }
  const node = add(draft, { id: fresh(draft, 'throw'), type: 'throw', trigger })
  connect(draft, from, node.id)
  return node.id
}

/** Splits by one gateway and joins by another, which is not always of the same kind. */
const block: Maker = (draft, from, depth) => {
  const type = pick(draft, ['xor', 'and', 'or', 'xor', 'and', 'or', 'complex'] as const)
  const split = add(draft, { id: fresh(draft, type), type, ...(type === 'complex' ? { enough: 1 } : {}) })
  connect(draft, from, split.id)
  const branches = 2 + below(draft, 2)
  const fits = type === 'complex' ? 'or' : type
  const joinType = chance(draft, 70) ? fits : pick(draft, ['xor', 'or', 'complex', 'complex'] as const)
  const enough = joinType === 'complex' ? { enough: 1 + below(draft, branches) } : {}
  const join = add(draft, { id: fresh(draft, `${joinType}j`), type: joinType, ...enough })
  const otherwise = chance(draft, 90)
  for (let index = 0; index < branches; index++) {
    const isLast = index === branches - 1
    const first = isLast && chance(draft, 20) ? null : task(draft, split.id, 9)
    const flow = draft.scope.flows.find((one) => one.from === split.id && one.to === first)
    const last = first === null ? split.id : run(draft, first, depth + 1, 1)
    const way = first === null ? connect(draft, split.id, join.id) : flow!
    const condition = isLast && otherwise ? { isDefault: true } : { when: variable(draft) }
    if (type === 'complex') Object.assign(way, isLast ? {} : { when: variable(draft), phase: 'start' })
    else if (type !== 'and') Object.assign(way, condition)
    if (first === null) continue
    if (!isLast && chance(draft, 12)) end(draft, last)
    else connect(draft, last, join.id)
  }
  if (joinType === 'complex' && chance(draft, 50)) late(draft, join.id)
  return join.id
}

/** A way that a complex gateway takes when it is reset. */
function late(draft: Draft, gateway: string): void {
  const node = plainTask(draft, 'user')
  connect(draft, gateway, node.id, { phase: 'reset', when: chance(draft, 50) ? variable(draft) : null })
  end(draft, node.id)
}

/** A task with several ways out of it: some always, some by a condition, one of them by default. */
const fan: Maker = (draft, from) => {
  const split = plainTask(draft, 'user')
  connect(draft, from, split.id)
  const join = add(draft, { id: fresh(draft, 'orj'), type: pick(draft, ['or', 'xor'] as const) })
  const hasDefault = chance(draft, 50)
  for (const index of [0, 1, 2].slice(below(draft, 2))) {
    const node = plainTask(draft)
    connect(draft, split.id, node.id, index < 2 ? { when: variable(draft) } : hasDefault ? { isDefault: true } : {})
    connect(draft, node.id, join.id)
  }
  return join.id
}

const eventBased: Maker = (draft, from) => {
  const gateway = add(draft, { id: fresh(draft, 'events'), type: 'events' })
  connect(draft, from, gateway.id)
  return behind(draft, gateway.id, () =>
    chance(draft, 30)
      ? add(draft, { id: fresh(draft, 'receive'), type: 'receive', message: heard(draft, 'message') }).id
      : add(draft, { id: fresh(draft, 'catch'), type: 'catch', trigger: outside(draft, false, false) }).id,
  )
}

/** Two events behind a gateway, and where their ways meet. */
function behind(draft: Draft, gateway: string, event: () => string): string {
  const join = add(draft, { id: fresh(draft, 'xorj'), type: 'xor' })
  for (let index = 0; index < 2; index++) {
    const caught = event()
    connect(draft, gateway, caught)
    connect(draft, chance(draft, 40) ? task(draft, caught, 9) : caught, join.id)
  }
  return join.id
}

const loopBack: Maker = (draft, from) => {
  const entry = add(draft, { id: fresh(draft, 'xorj'), type: 'xor' })
  connect(draft, from, entry.id)
  const again = variable(draft)
  const node = add(draft, { id: fresh(draft, 'user'), type: 'user' })
  connect(draft, entry.id, node.id)
  const decide = add(draft, { id: fresh(draft, 'xor'), type: 'xor' })
  connect(draft, node.id, decide.id)
  connect(draft, decide.id, entry.id, { when: again })
  const out = add(draft, { id: fresh(draft, 'throw'), type: 'throw', trigger: { kind: 'none' } })
  connect(draft, decide.id, out.id, { isDefault: true })
  return out.id
}

const link: Maker = (draft, from) => {
  const name = fresh(draft, 'link')
  const thrower = add(draft, { id: fresh(draft, 'throw'), type: 'throw', trigger: { kind: 'link', name } })
  connect(draft, from, thrower.id)
  return add(draft, { id: fresh(draft, 'catch'), type: 'catch', trigger: { kind: 'link', name } }).id
}

/** What may be thrown out of a scope, because something at its boundary catches it. */
function outlets(draft: Draft): { errors: string[]; escalations: string[]; guard(host: string): void } {
  const error = chance(draft, 40) ? fresh(draft, 'error') : null
  const escalation = chance(draft, 30) ? fresh(draft, 'escalation') : null
  return {
    errors: [...draft.errors, ...(error === null ? [] : [error])],
    escalations: [...draft.escalations, ...(escalation === null ? [] : [escalation])],
    guard(host) {
      const nameOf = (name: string) => (chance(draft, 20) ? '' : name)
      if (error !== null) boundaryOf(draft, host, { kind: 'error', name: nameOf(error) }, true)
      if (escalation !== null)
        boundaryOf(draft, host, { kind: 'escalation', name: nameOf(escalation) }, chance(draft, 50))
      boundaries(draft, host, false)
    },
  }
}

const subProcess: Maker = (draft, from, depth) => {
  const id = fresh(draft, 'sub')
  const { errors, escalations, guard } = outlets(draft)
  const inside = within(draft, id, depth, { errors, escalations, inTransaction: false })
  if (rarely(draft, 10)) undoneBy(draft, inside, depth)
  const node = add(draft, { id, type: 'sub', inside, ...loopOf(draft), ...localsOf(draft) })
  connect(draft, from, node.id)
  guard(id)
  return id
}

/** What undoes a completed sub-process from inside, in place of the handlers of what was done there. */
function undoneBy(draft: Draft, scope: Scope, depth: number): void {
  const inner = { ...draft, scope, errors: [], escalations: [], inTransaction: false, undoable: [] }
  eventSubProcess(inner, depth + 1, { kind: 'compensation' })
  draft.undoable.push(scope.id)
}

const call: Maker = (draft, from, depth) => {
  const { errors, escalations, guard } = outlets(draft)
  const id = fresh(draft, 'call')
  const calls =
    draft.called.length > 0 && chance(draft, 40) ? pick(draft, draft.called) : called(draft, errors, escalations, depth)
  const up = pick(draft, [true, true, false, [assignment(draft)]] as const)
  add(draft, {
    id,
    type: 'call',
    calls: calls.id,
    binding: pick(draft, ['latest', 'deployment', 'versionTag'] as const),
    down: chance(draft, 70),
    up: typeof up === 'boolean' ? up : [...up],
    ...loopOf(draft),
    ...localsOf(draft),
  })
  connect(draft, from, id)
  guard(id)
  return id
}

/** A process of its own, which sees nothing of the one that calls it. */
function called(draft: Draft, errors: string[], escalations: string[], depth: number): Process {
  const id = fresh(draft, 'process')
  const body = within(draft, id, Math.max(depth, 1), { errors, escalations, inTransaction: false, data: [] })
  const process = { id, body }
  draft.called.push(process)
  return process
}

const adHoc: Maker = (draft, from) => {
  const id = fresh(draft, 'free')
  const scope: Scope = { id, nodes: [], flows: [], data: [] }
  const inner: Draft = { ...draft, scope, undoable: [] }
  const offered: string[] = []
  for (let index = 0; index < 2 + below(draft, 2); index++) {
    const first = plainTask(inner)
    offered.push(first.id)
    if (chance(draft, 30)) connect(inner, first.id, plainTask(inner).id)
  }
  add(draft, {
    id,
    type: 'adHoc',
    inside: scope,
    sequential: chance(draft, 35),
    until: chance(draft, 50) ? pick(draft, variables) : null,
    cancels: chance(draft, 50),
    first: chance(draft, 60) ? offered.filter(() => chance(draft, 70)) : null,
  })
  connect(draft, from, id)
  return id
}

function boundaryOf(draft: Draft, host: string, trigger: Trigger, interrupting: boolean): void {
  const id = fresh(draft, 'b')
  add(draft, { id, type: 'boundary', trigger, host, interrupting })
  end(draft, chance(draft, 40) ? task(draft, id, 9) : id)
}

/** An activity with a handler that undoes it. */
const undoable: Maker = (draft, from) => {
  const node = plainTask(draft, pick(draft, ['user', 'user', 'service', 'abstract'] as const))
  connect(draft, from, node.id)
  const handler = add(draft, { id: fresh(draft, 'undo'), type: 'service', undoes: true })
  const trigger: Trigger = { kind: 'compensation' }
  add(draft, {
    id: fresh(draft, 'b'),
    type: 'boundary',
    trigger,
    host: node.id,
    interrupting: true,
    handler: handler.id,
  })
  draft.undoable.push(node.id)
  return node.id
}

const compensate: Maker = (draft, from, depth) => {
  const last = undoable(draft, chance(draft, 50) ? undoable(draft, from, depth) : from, depth)
  const before = chance(draft, 50) ? run(draft, last, depth, 1) : last
  const of = chance(draft, 30) ? { of: pick(draft, draft.undoable) } : {}
  const node = add(draft, { id: fresh(draft, 'throw'), type: 'throw', trigger: { kind: 'compensation', ...of } })
  connect(draft, before, node.id)
  return node.id
}

const transaction: Maker = (draft, from, depth) => {
  const id = fresh(draft, 'tx')
  const inside = within(draft, id, depth, { errors: draft.errors, escalations: [], inTransaction: true }, undoable)
  const node = add(draft, { id, type: 'transaction', inside })
  connect(draft, from, node.id)
  boundaryOf(draft, id, { kind: 'cancel' }, true)
  return id
}

function eventSubProcess(draft: Draft, depth: number, given?: Trigger): void {
  const id = fresh(draft, 'esp')
  const isError = given?.kind === 'error' || given?.kind === 'compensation'
  const interrupting = isError || chance(draft, 50)
  const trigger = given ?? outside(draft, !interrupting)
  const inside = within(draft, id, depth + 1, { errors: [], escalations: [], inTransaction: false })
  add(draft, { id, type: 'eventSub', inside, trigger, interrupting })
}

const makers: readonly (readonly [weight: number, maker: Maker])[] = [
  [7, task],
  [2, waiting],
  [2, plainThrow],
  [5, block],
  [1, fan],
  [2, eventBased],
  [2, loopBack],
  [1, link],
  [3, subProcess],
  [2, call],
  [2, adHoc],
  [2, compensate],
  [1, transaction],
]

function run(draft: Draft, from: string, depth: number, length: number): string {
  let last = from
  for (let index = 0; index < length && draft.left.nodes > 0; index++) {
    const usable = depth > 2 ? makers.slice(0, 3) : makers
    let at = below(
      draft,
      usable.reduce((sum, [weight]) => sum + weight, 0),
    )
    const [, maker] = usable.find(([weight]) => (at -= weight) < 0) as readonly [number, Maker]
    last = maker(draft, last, depth)
  }
  return last
}

/** Data that a scope declares: an object, at the top now and then a store. */
function declared(draft: Draft, depth: number): Data[] {
  if (depth === 0 && chance(draft, 15)) return [{ id: fresh(draft, 'store'), kind: 'store' }]
  return chance(draft, 15) ? [{ id: fresh(draft, 'object'), kind: 'object' }] : []
}

function within(draft: Draft, id: string, depth: number, more: Partial<Draft>, first?: Maker): Scope {
  const scope: Scope = { id, nodes: [], flows: [], data: declared(draft, depth) }
  const inner: Draft = { ...draft, scope, undoable: [], ...more }
  inner.data = [...inner.data, ...scope.data]
  const caught: Trigger[] = (['error', 'escalation'] as const)
    .filter(() => chance(draft, 10))
    .map((kind) => ({ kind, name: fresh(draft, kind) }))
  for (const trigger of caught)
    if (trigger.kind === 'error') inner.errors = [...inner.errors, trigger.name]
    else if (trigger.kind === 'escalation') inner.escalations = [...inner.escalations, trigger.name]
  const start =
    depth === 0 ? begun(inner) : add(inner, { id: fresh(draft, 'start'), type: 'start', trigger: { kind: 'none' } }).id
  const begin = first ? first(inner, start, depth) : start
  end(inner, run(inner, begin, depth + 1, 1 + below(draft, 3)))
  if (rarely(draft, 15)) eventSubProcess(inner, depth)
  for (const trigger of caught) eventSubProcess(inner, depth, trigger)
  return scope
}

/** How the process begins; answers what the first of it is connected to. */
function begun(draft: Draft): string {
  const start = (trigger: Trigger) => add(draft, { id: fresh(draft, 'start'), type: 'start', trigger }).id
  const message = (): Trigger => ({ kind: 'message', name: fresh(draft, 'n') })
  const signal = (): Trigger => ({ kind: 'signal', name: fresh(draft, 'n') })
  const gateway = (instantiates: 'exclusive' | 'parallel') => {
    const node = add(draft, { id: fresh(draft, 'events'), type: 'events', instantiates })
    return behind(draft, node.id, () => add(draft, { id: fresh(draft, 'catch'), type: 'catch', trigger: message() }).id)
  }
  const beside = (trigger: Trigger) => {
    if (chance(draft, 60)) return start(trigger)
    const join = add(draft, { id: fresh(draft, 'xorj'), type: 'xor' })
    connect(draft, start({ kind: 'none' }), join.id)
    connect(draft, start(trigger), join.id)
    return join.id
  }
  if (chance(draft, 60)) return start({ kind: 'none' })
  return pick(draft, [
    () => beside(message()),
    () => beside(signal()),
    () => start({ kind: 'timer', minutes: minutes(draft), form: chance(draft, 50) ? 'date' : 'duration', times: 1 }),
    () => start({ kind: 'condition', when: pick(draft, variables) }),
    () => start({ kind: 'multiple', of: [message(), signal()], all: false }),
    () => start({ kind: 'multiple', of: [message(), signal()], all: true }),
    () =>
      add(draft, {
        id: fresh(draft, 'receive'),
        type: 'receive',
        message: fresh(draft, 'n'),
        instantiates: true,
      }).id,
    () => gateway('exclusive'),
    () => gateway('parallel'),
  ])()
}

/** Bends a flow to another node of its scope; the diagram stays legal, but its joins may not fit any more. */
function bend(scope: Scope, dice: Dice): void {
  const ends = ['start', 'boundary', 'eventSub']
  const fixed = new Set(scope.nodes.filter((node) => node.type === 'events').map((node) => node.id))
  const isOneOfSeveral = ({ to }: Flow) => scope.flows.filter((one) => one.to === to).length > 1
  const flows = scope.flows.filter((flow) => !fixed.has(flow.from) && isOneOfSeveral(flow))
  const targets = scope.nodes.filter(
    (node) =>
      !ends.includes(node.type) &&
      !('undoes' in node) &&
      !('instantiates' in node) &&
      !(node.type === 'catch' && node.trigger.kind === 'link'),
  )
  if (flows.length === 0 || targets.length === 0) return
  const flow = dice.pick(flows)
  const target = dice.pick(targets)
  const afterEvents = scope.flows.some((one) => fixed.has(one.from) && one.to === target.id)
  if (target.id !== flow.from && !afterEvents) flow.to = target.id
}

/** Takes the start event of a scope away, so that it begins at what nothing leads to. */
function withoutStart(scope: Scope): void {
  const [start, ...others] = scope.nodes.filter(({ type }) => type === 'start')
  const flow = scope.flows.find(({ from }) => from === start?.id)
  const first = scope.nodes.find(({ id }) => id === flow?.to)
  const isAlone = scope.flows.filter(({ to }) => to === flow?.to).length === 1
  if (!start || !flow || others.length > 0 || !isAlone || first?.type === 'end') return
  if (start.type === 'start' && start.trigger.kind !== 'none') return
  scope.nodes = scope.nodes.filter((node) => node !== start)
  scope.flows = scope.flows.filter((one) => one !== flow)
}

/** Draws a random diagram; the same random numbers draw the same one. */
export function draw(dice: Dice, palette: Palette): Diagram {
  const draft: Draft = {
    scope: { id: 'p', nodes: [], flows: [], data: [] },
    dice,
    left: { nodes: palette.size },
    ids: { next: 0 },
    rare: palette.rare === true,
    errors: [],
    escalations: [],
    inTransaction: false,
    data: [],
    undoable: [],
    called: [],
    heard: { message: [], signal: [] },
  }
  const body = within(draft, 'p', 0, {})
  if (dice.chance(0.1)) for (const node of body.nodes) if (node.type === 'sub') withoutStart(node.inside)
  if (dice.chance(0.1)) withoutStart(body)
  for (let index = 0; index < palette.wild; index++) bend(body, dice)
  return { id: 'p', body, called: draft.called, lane: dice.chance(0.2) ? 'clerks' : null }
}
