import type { Dice } from '../../support/seeded.ts'
import type { Diagram, Flow, Loop, Node, Scope, Trigger } from './diagram.ts'

/** What the drawing may use; a smaller set gives simpler diagrams. */
export interface Palette {
  size: number
  /** Flows that are bent to another node of their scope, so that splits and joins do not match any more. */
  wild: number
}

type Maker = (draft: Draft, from: string, depth: number) => string

interface Draft {
  scope: Scope
  dice: Dice
  left: { nodes: number }
  ids: { next: number }
  /** Errors that something around catches, so that they may be thrown here. */
  errors: string[]
  escalations: string[]
  inTransaction: boolean
}

const fresh = (draft: Draft, prefix: string) => `${prefix}${(draft.ids.next += 1)}`
const below = ({ dice }: Draft, limit: number) => dice.whole(0, limit - 1)
const chance = ({ dice }: Draft, percent: number) => dice.chance(percent / 100)
const pick = <T>({ dice }: Draft, list: readonly T[]): T => dice.pick(list)

function add<N extends Node>(draft: Draft, node: N): N {
  draft.scope.nodes.push(node)
  draft.left.nodes -= 1
  return node
}

function connect(draft: Draft, from: string, to: string, more: Partial<Flow> = {}): Flow {
  const flow: Flow = { id: fresh(draft, 'f'), from, to, when: null, ...more }
  draft.scope.flows.push(flow)
  return flow
}

/** One of the six truth values that flows and loops look at. */
const variable = (draft: Draft): string => `v${below(draft, 6)}`

const minutes = (draft: Draft) => 1 + below(draft, 40)

const loopOf = (draft: Draft): { loop?: Loop } => {
  if (!chance(draft, 15)) return {}
  const kind = pick(draft, ['parallel', 'sequential', 'standard'] as const)
  if (kind === 'standard') return { loop: { kind, while: variable(draft), most: 1 + below(draft, 3) } }
  return { loop: { kind, times: below(draft, 4) } }
}

/** An event from outside that an element may wait for; each name has one place, so that nobody competes for it. */
function outside(draft: Draft): Trigger {
  if (chance(draft, 15)) {
    const of = (['message', 'signal', 'timer'] as const).map((kind) => oneOutside(draft, kind))
    return { kind: 'multiple', of: of.slice(below(draft, 2)), all: chance(draft, 50) }
  }
  return oneOutside(draft, pick(draft, ['message', 'signal', 'timer', 'condition'] as const))
}

function oneOutside(draft: Draft, kind: 'message' | 'signal' | 'timer' | 'condition'): Trigger {
  if (kind === 'condition') return { kind, when: variable(draft) }
  return kind === 'timer' ? { kind, minutes: minutes(draft) } : { kind, name: fresh(draft, 'n') }
}

const task: Maker = (draft, from) => {
  const type = pick(draft, ['user', 'user', 'service'] as const)
  const node = add(draft, { id: fresh(draft, type === 'user' ? 'user' : 'job'), type, ...loopOf(draft) })
  connect(draft, from, node.id)
  boundaries(draft, node.id, type === 'service')
  return node.id
}

/** Boundary events whose ways on end, or come back into the main path behind the activity. */
function boundaries(draft: Draft, host: string, mayFail: boolean): void {
  if (!chance(draft, 25)) return
  const interrupting = chance(draft, 60)
  const trigger: Trigger = mayFail && chance(draft, 40) ? { kind: 'error', name: 'e-job' } : outside(draft)
  const boundary = add(draft, {
    id: fresh(draft, 'b'),
    type: 'boundary',
    trigger,
    host,
    interrupting: trigger.kind === 'error' || interrupting,
  })
  const after = chance(draft, 50) ? task(draft, boundary.id, 9) : boundary.id
  end(draft, after)
}

function end(draft: Draft, from: string): void {
  const kinds: Trigger[] = [{ kind: 'none' }, { kind: 'none' }, { kind: 'none' }, { kind: 'none' }]
  if (chance(draft, 25)) kinds.push({ kind: 'terminate' })
  for (const name of draft.errors) kinds.push({ kind: 'error', name })
  for (const name of draft.escalations) kinds.push({ kind: 'escalation', name })
  if (draft.inTransaction) kinds.push({ kind: 'cancel' })
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
    draft.escalations.length > 0 && chance(draft, 60)
      ? { kind: 'escalation', name: pick(draft, draft.escalations) }
      : { kind: 'none' }
  const node = add(draft, { id: fresh(draft, 'throw'), type: 'throw', trigger })
  connect(draft, from, node.id)
  return node.id
}

/** Splits by one gateway and joins by another, which is not always of the same kind. */
const block: Maker = (draft, from, depth) => {
  const type = pick(draft, ['xor', 'and', 'or'] as const)
  const split = add(draft, { id: fresh(draft, type), type })
  connect(draft, from, split.id)
  const joinType = chance(draft, 80) ? type : pick(draft, ['xor', 'or'] as const)
  const join = add(draft, { id: fresh(draft, `${joinType}j`), type: joinType })
  const branches = 2 + below(draft, 2)
  for (let index = 0; index < branches; index++) {
    const isLast = index === branches - 1
    const first = isLast && chance(draft, 20) ? null : task(draft, split.id, 9)
    const flow = draft.scope.flows.find((one) => one.from === split.id && one.to === first)
    const last = first === null ? split.id : run(draft, first, depth + 1, 1)
    const way = first === null ? connect(draft, split.id, join.id) : flow!
    if (type !== 'and') Object.assign(way, isLast ? { isDefault: true } : { when: variable(draft) })
    if (first === null) continue
    if (chance(draft, 12)) end(draft, last)
    else connect(draft, last, join.id)
  }
  return join.id
}

const eventBased: Maker = (draft, from) => {
  const gateway = add(draft, { id: fresh(draft, 'events'), type: 'events' })
  connect(draft, from, gateway.id)
  const join = add(draft, { id: fresh(draft, 'xorj'), type: 'xor' })
  for (let index = 0; index < 2; index++) {
    const caught = add(draft, { id: fresh(draft, 'catch'), type: 'catch', trigger: outside(draft) })
    connect(draft, gateway.id, caught.id)
    connect(draft, chance(draft, 40) ? task(draft, caught.id, 9) : caught.id, join.id)
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

const subProcess: Maker = (draft, from, depth) => {
  const id = fresh(draft, 'sub')
  const error = chance(draft, 40) ? fresh(draft, 'error') : null
  const escalation = chance(draft, 30) ? fresh(draft, 'escalation') : null
  const inside = within(draft, id, depth, {
    errors: [...draft.errors, ...(error === null ? [] : [error])],
    escalations: [...draft.escalations, ...(escalation === null ? [] : [escalation])],
    inTransaction: false,
  })
  const node = add(draft, { id, type: 'sub', inside, ...loopOf(draft) })
  connect(draft, from, node.id)
  if (error !== null) boundaryOf(draft, id, { kind: 'error', name: error }, true)
  if (escalation !== null) boundaryOf(draft, id, { kind: 'escalation', name: escalation }, chance(draft, 50))
  boundaries(draft, id, false)
  return id
}

function boundaryOf(draft: Draft, host: string, trigger: Trigger, interrupting: boolean): void {
  const id = fresh(draft, 'b')
  add(draft, { id, type: 'boundary', trigger, host, interrupting })
  end(draft, chance(draft, 40) ? task(draft, id, 9) : id)
}

/** An activity with a handler that undoes it. */
const undoable: Maker = (draft, from) => {
  const node = add(draft, { id: fresh(draft, 'user'), type: 'user' })
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
  return node.id
}

const compensate: Maker = (draft, from, depth) => {
  const last = undoable(draft, chance(draft, 50) ? undoable(draft, from, depth) : from, depth)
  const node = add(draft, { id: fresh(draft, 'throw'), type: 'throw', trigger: { kind: 'compensation' } })
  connect(draft, chance(draft, 50) ? task(draft, last, depth) : last, node.id)
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

function eventSubProcess(draft: Draft, depth: number, trigger = outside(draft)): void {
  const id = fresh(draft, 'esp')
  const inside = within(draft, id, depth + 1, { errors: [], escalations: [], inTransaction: false })
  const interrupting = trigger.kind === 'error' || chance(draft, 50)
  add(draft, { id, type: 'eventSub', inside, trigger, interrupting })
}

const makers: readonly (readonly [weight: number, maker: Maker])[] = [
  [6, task],
  [2, waiting],
  [1, plainThrow],
  [5, block],
  [2, eventBased],
  [2, loopBack],
  [1, link],
  [3, subProcess],
  [1, compensate],
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

function within(draft: Draft, id: string, depth: number, more: Partial<Draft>, first?: Maker): Scope {
  const scope: Scope = { id, nodes: [], flows: [] }
  const inner: Draft = { ...draft, scope, ...more }
  const thrown: Trigger[] = (['error', 'escalation'] as const)
    .filter(() => chance(draft, 10))
    .map((kind) => ({ kind, name: fresh(draft, kind) }))
  for (const trigger of thrown)
    if (trigger.kind === 'error') inner.errors = [...inner.errors, trigger.name]
    else if (trigger.kind === 'escalation') inner.escalations = [...inner.escalations, trigger.name]
  const start = add(inner, { id: fresh(draft, 'start'), type: 'start', trigger: { kind: 'none' } })
  const begun = first ? first(inner, start.id, depth) : start.id
  end(inner, run(inner, begun, depth + 1, 1 + below(draft, 3)))
  if (chance(draft, 15)) eventSubProcess(inner, depth)
  for (const trigger of thrown) eventSubProcess(inner, depth, trigger)
  return scope
}

/** Bends a flow to another node of its scope; the diagram stays legal, but its joins may not fit any more. */
function bend(scope: Scope, dice: Dice): void {
  const ends = ['start', 'boundary', 'eventSub']
  const fixed = new Set(scope.nodes.filter((node) => node.type === 'events').map((node) => node.id))
  const flows = scope.flows.filter((flow) => !fixed.has(flow.from))
  const targets = scope.nodes.filter(
    (node) =>
      !ends.includes(node.type) && !('undoes' in node) && !(node.type === 'catch' && node.trigger.kind === 'link'),
  )
  if (flows.length === 0 || targets.length === 0) return
  const flow = dice.pick(flows)
  const target = dice.pick(targets)
  const afterEvents = scope.flows.some((one) => fixed.has(one.from) && one.to === target.id)
  if (target.id !== flow.from && !afterEvents) flow.to = target.id
}

/** Draws a random diagram; the same random numbers draw the same one. */
export function draw(dice: Dice, palette: Palette): Diagram {
  const scope: Scope = { id: 'p', nodes: [], flows: [] }
  const draft: Draft = {
    scope,
    dice,
    left: { nodes: palette.size },
    ids: { next: 0 },
    errors: [],
    escalations: [],
    inTransaction: false,
  }
  const body = within(draft, 'p', 0, {})
  for (let index = 0; index < palette.wild; index++) bend(body, dice)
  return { id: 'p', body }
}
