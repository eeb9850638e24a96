import { collectedBy, triggersOf } from './diagram.ts'
import type {
  AdHoc,
  Assignment,
  Boundary,
  Diagram,
  EventNode,
  EventSubProcess,
  Flow,
  Loop,
  Node,
  Scope,
  Task,
  Trigger,
} from './diagram.ts'
import { planOf } from './reference-plan.ts'
import { actsIn, allSeen, copy, findAct, findRun, keyOf, ownerOf, read, runsIn, write } from './reference-state.ts'
import type { Act, Done, ScopeRun, State, Undo, Variables } from './reference-state.ts'

/** What somebody does to an instance. `at` is the element that is meant, in whichever of its instances. */
export type Command =
  | { type: 'complete'; node: string; set?: Variables }
  | { type: 'throwError'; node: string; name: string }
  | { type: 'failJob' | 'resolve'; node: string }
  | { type: 'message' | 'signal'; name: string }
  | { type: 'set'; variables: Variables }
  | { type: 'activate'; node: string; inner: string[] }
  | { type: 'move'; node: string; to: string }
  | { type: 'cancel' }
  | { type: 'advance'; minutes: number }

/** More orders of events than are worth trying; the caller lets this process be. */
export class TooMany extends Error {}

/** How long a message that was thrown waits for somebody. */
const keptMinutes = 60

/** Done as soon as a token comes. */
const immediate = new Set(['abstract', 'manual', 'script', 'rule', 'send'])

/** Begun by a token, and over by something that happens later. */
const lasting = new Set(['user', 'service', 'receive', 'sub', 'transaction', 'adHoc', 'call', 'catch', 'events'])

/** What an ad-hoc sub-process counts as done inside of it. */
const isWork = ({ type }: Node) => !['xor', 'and', 'or', 'events', 'complex', 'boundary', 'eventSub'].includes(type)

/**
 * A slow and plain interpreter of diagrams, written from BPMN 2.0.2 chapter 13 and table 13.3, to hold the engine
 * against. Tokens lie on sequence flows; what may happen is a relation between states, so every order of independent
 * branches is tried, and a set of states is what the engine may be in. It knows nothing of the engine.
 */
export function createReference(diagram: Diagram) {
  const plan = planOf(diagram)
  const { nodeOf, boundariesOf, outOf, into, ahead } = plan
  const scopeOf = (run: ScopeRun) => plan.scope(run.scope)
  const eventSubsOf = (run: ScopeRun) => plan.eventSubsOf(scopeOf(run))

  // Changing a state; each of these changes the one that it is given.

  function put(state: State, run: ScopeRun, flow: Flow): void {
    run.tokens[flow.id] = (run.tokens[flow.id] ?? 0) + 1
    state.taken[flow.id] = (state.taken[flow.id] ?? 0) + 1
  }

  function take(run: ScopeRun, flow: string): void {
    for (const counts of [run.tokens, run.seen]) {
      const left = (counts[flow] ?? 0) - 1
      if (left > 0) counts[flow] = left
      else delete counts[flow]
    }
  }

  /** Ends everything that is at work in a scope. */
  const clear = (run: ScopeRun) => Object.assign(run, { tokens: {}, seen: {}, rounds: {}, acts: [] })

  const computed = (state: State, run: ScopeRun, act: Act | null, { from, not }: Assignment) =>
    (read(state, run, act, from) === true) !== (not ?? false)

  function leave(state: State, run: ScopeRun, id: string): void {
    const node = nodeOf(id)
    if (run.adHoc && endsAdHoc(state, run, node)) return
    const flows = outOf(id)
    const isTrue = (flow: Flow) => flow.when !== null && read(state, run, null, flow.when) === true
    const otherwise = flows.filter((flow) => flow.isDefault)
    const plain = flows.filter((flow) => !flow.isDefault)
    if (node.type === 'xor' && flows.length > 1) {
      const chosen = flows.find((flow) => isTrue(flow)) ?? otherwise[0]
      if (chosen) put(state, run, chosen)
      else run.acts.push({ ...plainAct(state, id), stuck: 'way' })
      return
    }
    const chosen = plain.filter((flow) => flow.when === null || isTrue(flow))
    const conditional = plain.some((flow) => flow.when !== null && isTrue(flow))
    const all = [...chosen, ...(conditional ? [] : otherwise)]
    for (const flow of all) put(state, run, flow)
    if (all.length === 0 && flows.length > 0 && node.type === 'or')
      run.acts.push({ ...plainAct(state, id), stuck: 'way' })
  }

  /** Whether nothing goes on behind what is done: the completion condition of the ad-hoc sub-process holds. */
  function endsAdHoc(state: State, run: ScopeRun, node: Node): boolean {
    const { until, cancels } = nodeOf(run.scope) as AdHoc
    const adHoc = run.adHoc!
    if (!adHoc.over && until !== null && isWork(node)) adHoc.over = read(state, run, null, until) === true
    if (adHoc.over && cancels) {
      clear(run)
      adHoc.coming = []
    }
    return adHoc.over
  }

  const plainAct = (state: State, node: string): Act => ({
    uid: state.next++,
    node,
    timers: {},
    heard: {},
    was: {},
    vars: {},
  })

  function newRun(state: State, scope: Scope, vars: Variables = {}): ScopeRun {
    const declared = scope.data.filter(({ kind }) => kind === 'object').map(({ id }) => [id, null])
    const run: ScopeRun = {
      uid: state.next++,
      scope: scope.id,
      tokens: {},
      seen: {},
      rounds: {},
      acts: [],
      done: [],
      timers: {},
      heard: {},
      was: {},
      vars: { ...Object.fromEntries(declared), ...vars },
      fresh: true,
    }
    for (const node of scope.nodes) if (node.type === 'eventSub') arm(state, run, node)
    return run
  }

  function begin(state: State, run: ScopeRun): void {
    delete run.fresh
    if (run.entry !== undefined) return beginAt(state, run, run.entry)
    for (const node of plan.startsOf(scopeOf(run)))
      if (node.type === 'start') leave(state, run, node.id)
      else arrive(state, run, node)
  }

  function beginAt(state: State, run: ScopeRun, id: string): void {
    const gateway = into(id)
      .map(({ from }) => nodeOf(from))
      .find((node) => node.type === 'events' && node.instantiates !== undefined)
    if (!gateway) return leave(state, run, id)
    const act = { ...newAct(state, run, gateway, true), came: [] }
    run.acts.push(act)
    comeBehind(state, run, act, id)
  }

  /** One of the events behind an event-based gateway has happened. */
  function comeBehind(state: State, run: ScopeRun, act: Act, follower: string): void {
    const gateway = nodeOf(act.node)
    const isFirst = gateway.type === 'events' && gateway.instantiates !== 'parallel'
    act.came = [...(act.came ?? []), follower].toSorted()
    if (isFirst || act.came.length === outOf(act.node).length) run.acts = run.acts.filter((one) => one !== act)
    const flow = outOf(act.node).find(({ to }) => to === follower)!
    state.taken[flow.id] = (state.taken[flow.id] ?? 0) + 1
    leave(state, run, follower)
  }

  /** A node begins to wait: its timer runs, its conditions count as not yet true. */
  function arm(state: State, holder: Act | ScopeRun, node: Node): void {
    for (const what of triggersOf(node)) {
      if (what.kind === 'timer') {
        const at = what.form === 'date' ? what.minutes : state.now + what.minutes
        holder.timers[node.id] = { at, left: what.form === 'cycle' ? what.times : 1 }
      }
      if (what.kind === 'condition') holder.was[node.id] = false
    }
  }

  const dataOf = (state: State, run: ScopeRun, id: string) =>
    id in state.stores ? state.stores[id] : read(state, run, null, id)

  function newAct(state: State, run: ScopeRun, node: Node, whole: boolean): Act {
    const act = plainAct(state, node.id)
    const isBody = whole && 'loop' in node && node.loop !== undefined
    if (isBody) act.kids = []
    else {
      if ('locals' in node) for (const one of node.locals ?? []) act.vars[one.to] = computed(state, run, null, one)
      if ('reads' in node && node.reads) act.vars[node.reads.as] = dataOf(state, run, node.reads.data) ?? null
    }
    if (node.type === 'catch') arm(state, act, node)
    if (node.type === 'events') for (const flow of outOf(node.id)) arm(state, act, nodeOf(flow.to))
    const isHost = whole && !('undoes' in node && node.undoes)
    if (isHost) for (const boundary of boundariesOf(node.id)) arm(state, act, boundary)
    return act
  }

  const loopOf = (node: Node): Loop => {
    if (!('loop' in node) || !node.loop) throw new Error(`${node.id} has no loop`)
    return node.loop
  }

  function startInside(state: State, run: ScopeRun, act: Act): void {
    const node = nodeOf(act.node)
    if (node.type === 'call') {
      const seen = node.down ? allSeen(state, run, act) : act.vars
      act.inside = { ...newRun(state, plan.process(node.calls).body, structuredClone(seen)), called: true }
    } else if ('inside' in node) act.inside = newRun(state, node.inside)
    if (node.type !== 'adHoc') return
    const inside = act.inside!
    const [at, ...later] = node.first ?? []
    delete inside.fresh
    inside.adHoc = { activated: 0, queue: node.sequential ? later : [], coming: [], over: false }
    if (at !== undefined) enter(inside, node.sequential ? [at] : [at, ...later])
  }

  /** Begins some of what an ad-hoc sub-process offers; which comes first is left open. */
  function enter({ adHoc }: ScopeRun, inner: readonly string[]): void {
    adHoc!.activated += inner.length
    adHoc!.coming.push(...inner)
  }

  function startOne(state: State, run: ScopeRun, body: Act): void {
    const kid = { ...newAct(state, run, nodeOf(body.node), false), index: body.begun ?? 0 }
    body.begun = kid.index + 1
    body.kids!.push(kid)
    startInside(state, run, kid)
  }

  /** An activity, or an event that waits, becomes active. */
  function activate(state: State, run: ScopeRun, node: Node): void {
    const act = newAct(state, run, node, true)
    run.acts.push(act)
    if (!act.kids) return startInside(state, run, act)
    const loop = loopOf(node)
    Object.assign(act, { count: 0, done: [] })
    if (loop.kind !== 'standard' && loop.collects) act.gave = Array.from({ length: loop.times }, () => null)
    const first =
      loop.kind === 'standard'
        ? Number(!loop.before || read(state, run, act, loop.while) === true)
        : loop.kind === 'parallel'
          ? loop.times
          : Math.min(1, loop.times)
    for (let index = 0; index < first; index++) startOne(state, run, act)
  }

  function completeWhole(state: State, run: ScopeRun, act: Act): void {
    run.acts = run.acts.filter((one) => one !== act)
    const node = nodeOf(act.node)
    const thrower = run.acts.find(({ uid }) => uid === act.undoFor)
    if (thrower) delete thrower.undoing
    if (act.undoFor !== undefined) return
    if (act.kids) run.done.push(...act.done!)
    else remember(run.done, act)
    if (act.gave) write(state, run, null, collectedBy(act.node), act.gave)
    if (node.type !== 'eventSub') leave(state, run, act.node)
  }

  /** A completed activity that can be undone; what a called process did is its own. */
  function remember(done: Done[], { node: id, inside: run, vars }: Act): void {
    const node = nodeOf(id)
    const handler = boundariesOf(id).find(({ trigger }) => trigger.kind === 'compensation')?.handler ?? null
    const inside = node.type === 'call' ? [] : (run?.done ?? [])
    const isScope = node.type === 'sub' || node.type === 'transaction'
    const undoing = isScope
      ? plan.eventSubsOf(node.inside).find((one) => one.trigger.kind === 'compensation')
      : undefined
    const eventSub = undoing?.id ?? null
    if (handler !== null || eventSub !== null || inside.length > 0)
      done.push({ node: id, handler, inside, eventSub, vars: { ...vars, ...run?.vars } })
  }

  /** What an activity gives back: data outputs, and what comes out of a called process. */
  function bringOut(state: State, run: ScopeRun, act: Act, isOneOfSeveral = false): void {
    const node = nodeOf(act.node)
    if ('writes' in node && node.writes) {
      const { data, from } = node.writes
      const value = act.vars[from]
      if (data in state.stores) state.stores[data] = value
      else write(state, run, null, data, value)
    }
    if (node.type !== 'call' || !act.inside) return
    const { vars } = act.inside
    if (node.up === true) for (const [name, value] of Object.entries(vars)) write(state, run, act, name, value)
    if (!Array.isArray(node.up)) return
    // An output mapping reads what the process left; one of several instances finds that first when it writes, too.
    Object.assign(act.vars, vars)
    for (const one of node.up) write(state, run, isOneOfSeveral ? act : null, one.to, computed(state, run, act, one))
  }

  function complete(state: State, uid: number): void {
    const found = findAct(state, uid)
    if (!found) return
    const { run, act, body } = found
    bringOut(state, run, act, body !== null)
    if (!body) return completeWhole(state, run, act)
    const loop = loopOf(nodeOf(body.node))
    body.kids = body.kids!.filter((kid) => kid !== act)
    body.count = (body.count ?? 0) + 1
    remember(body.done!, act)
    if (body.gave) body.gave[act.index!] = act.index! + 1
    const { count } = body
    if (loop.kind === 'standard') {
      if (count < loop.most && read(state, run, body, loop.while) === true) startOne(state, run, body)
      else completeWhole(state, run, body)
    } else if (count === loop.times || (loop.enough !== undefined && count >= loop.enough))
      completeWhole(state, run, body)
    else if (loop.kind === 'sequential') startOne(state, run, body)
  }

  const bodyOf = (found: { act: Act; body: Act | null }) => found.body ?? found.act

  /** What catches a thing thrown from an act, or from a scope: the nearest event sub-process or boundary event. */
  function catcherOf(
    state: State,
    from: { run: ScopeRun; act: Act | null },
    kind: 'error' | 'escalation',
    name: string,
  ): { run: ScopeRun; eventSub: string } | { run: ScopeRun; boundary: string; host: Act } | null {
    const matches = (trigger: Trigger) => trigger.kind === kind && (trigger.name === name || trigger.name === '')
    let { act, run } = from
    let own: string | null = null
    for (;;) {
      if (act) {
        const boundary = boundariesOf(act.node).find(({ trigger }) => matches(trigger))
        if (boundary) return { run, boundary: boundary.id, host: act }
      }
      const eventSub = run.interrupted
        ? undefined
        : eventSubsOf(run).find(({ id, trigger }) => id !== own && matches(trigger))
      if (eventSub) return { run, eventSub: eventSub.id }
      const owner = ownerOf(state, run.uid)
      if (!owner) return null
      act = bodyOf(owner)
      own = act.node
      run = owner.run
    }
  }

  function trigger(state: State, catcher: NonNullable<ReturnType<typeof catcherOf>>): boolean {
    const { run } = catcher
    if ('eventSub' in catcher) {
      const node = nodeOf(catcher.eventSub) as EventSubProcess
      return startEventSub(state, run, node)
    }
    const boundary = nodeOf(catcher.boundary) as Boundary
    if (boundary.interrupting) run.acts = run.acts.filter((one) => one !== catcher.host)
    leave(state, run, boundary.id)
    return boundary.interrupting
  }

  function startEventSub(state: State, run: ScopeRun, node: EventSubProcess): boolean {
    if (node.interrupting) {
      delete run.fresh
      clear(run)
      Object.assign(run, { timers: {}, was: {}, interrupted: true })
    }
    const act = plainAct(state, node.id)
    run.acts.push(act)
    startInside(state, run, act)
    return node.interrupting
  }

  /**
   * Whether no token is still to be waited for (table 13.3): one that can reach an empty flow of the gateway without
   * passing it, and cannot reach one that has a token.
   */
  function nothingComes(run: ScopeRun, gateway: string, counted: readonly string[] = []): boolean {
    const scope = scopeOf(run)
    const incoming = into(gateway).map(({ id }) => id)
    const full = incoming.filter((id) => (run.tokens[id] ?? 0) > 0 || counted.includes(id))
    const empty = incoming.filter((id) => !full.includes(id))
    const elsewhere = Object.keys(run.tokens).filter((id) => !incoming.includes(id))
    const resetting = Object.keys(run.rounds).filter((id) => id !== gateway)
    const origins = [
      ...elsewhere.map((id) => [id]),
      ...[...run.acts.map(({ node }) => node), ...resetting].map((id) => ahead(id, scope)),
    ]
    return origins.every((origin) => {
      const reached = plan.reach(origin, scope, gateway)
      return !empty.some((id) => reached.has(id)) || full.some((id) => reached.has(id))
    })
  }

  const joinsInclusively = (run: ScopeRun, gateway: string): boolean =>
    into(gateway).some(({ id }) => (run.tokens[id] ?? 0) > 0) && nothingComes(run, gateway)

  // Complex gateway (BPMN 13.4.5).

  /** Tokens that have arrived are looked at; when they are enough the gateway fires for the first time. */
  function look(state: State, run: ScopeRun, gateway: string): void {
    const node = nodeOf(gateway)
    const arrived = into(gateway).filter(({ id }) => (run.seen[id] ?? 0) > 0)
    const count = arrived.reduce((sum, { id }) => sum + run.seen[id]!, 0)
    if (run.rounds[gateway] || node.type !== 'complex' || count < (node.enough ?? 1)) return
    for (const { id } of arrived) take(run, id)
    run.rounds[gateway] = arrived.map(({ id }) => id)
    fire(state, run, gateway, 'start')
  }

  function fire(state: State, run: ScopeRun, gateway: string, phase: 'start' | 'reset'): void {
    for (const flow of outOf(gateway)) {
      const inPhase =
        (flow.phase ?? phase) === phase && (flow.when !== null || flow.phase !== undefined || phase === 'start')
      if (inPhase && (flow.when === null || read(state, run, null, flow.when) === true)) put(state, run, flow)
    }
  }

  function reset(state: State, run: ScopeRun, gateway: string): void {
    const counted = run.rounds[gateway] ?? []
    for (const { id } of into(gateway)) if (!counted.includes(id) && run.tokens[id]) take(run, id)
    delete run.rounds[gateway]
    fire(state, run, gateway, 'reset')
    look(state, run, gateway)
  }

  // What may happen by itself.

  /** What is to be undone, the last first. */
  const flatten = (done: readonly Done[]): Undo[] =>
    [...done].reverse().flatMap(({ handler, eventSub, inside, vars }) => {
      if (handler !== null) return [{ handler, vars }]
      return eventSub === null ? flatten(inside) : [{ handler: eventSub, undoes: inside, vars }]
    })

  /** A token comes to a node. */
  function arrive(state: State, run: ScopeRun, node: Node): void {
    if (node.type === 'end' || node.type === 'throw') return thrown(state, run, node)
    if (immediate.has(node.type) && !('loop' in node && node.loop)) return doAtOnce(state, run, node as Task)
    if (lasting.has(node.type) || immediate.has(node.type)) return activate(state, run, node)
    leave(state, run, node.id)
  }

  /** The work of a task that nobody has to do. */
  function perform(state: State, run: ScopeRun, act: Act, { type, sets, message }: Task): void {
    if (sets) write(state, run, act, sets.to, computed(state, run, act, sets))
    if (type === 'send') state.kept.push({ name: message!, until: state.now + keptMinutes })
  }

  function doAtOnce(state: State, run: ScopeRun, node: Task): void {
    const act = newAct(state, run, node, true)
    perform(state, run, act, node)
    bringOut(state, run, act)
    remember(run.done, act)
    leave(state, run, node.id)
  }

  function thrown(state: State, run: ScopeRun, node: EventNode): void {
    const goesOn = triggersOf(node).every((what) => throwOne(state, run, node, what))
    if (goesOn && node.type === 'throw') leave(state, run, node.id)
  }

  /** Throws one thing; whether the token goes on, which it does not when somebody has ended it, or it waits. */
  function throwOne(state: State, run: ScopeRun, node: EventNode, what: Trigger): boolean {
    switch (what.kind) {
      case 'terminate':
        clear(run)
        return false
      case 'error': {
        const catcher = catcherOf(state, { run, act: null }, 'error', what.name)
        if (catcher) trigger(state, catcher)
        else run.acts.push({ ...plainAct(state, node.id), stuck: 'uncaught' })
        return false
      }
      case 'escalation': {
        const catcher = catcherOf(state, { run, act: null }, 'escalation', what.name)
        return catcher === null || !trigger(state, catcher)
      }
      case 'signal':
        state.thrown.push(what.name)
        return true
      case 'message':
        state.kept.push({ name: what.name, until: state.now + keptMinutes })
        return true
      case 'link': {
        const partner = scopeOf(run).nodes.find(
          (one) => one.type === 'catch' && one.trigger.kind === 'link' && one.trigger.name === what.name,
        )
        if (partner) leave(state, run, partner.id)
        return false
      }
      case 'compensation': {
        const undo = toUndo(state, run, what.of)
        if (undo.length === 0) return true
        run.acts.push({ ...plainAct(state, node.id), undo })
        return false
      }
      case 'cancel':
        run.canceling = flatten(run.done)
        run.done = []
        clear(run)
        return false
      default:
        return true
    }
  }

  const undoingIn = (run: ScopeRun) => eventSubsOf(run).find((one) => one.trigger.kind === 'compensation')

  /** A scope that has a compensation event sub-process leaves everything to that, once. */
  function leftTo({ id }: EventSubProcess, run: ScopeRun): Undo[] {
    if (run.undone) return []
    run.undone = true
    return [{ handler: id, vars: {} }]
  }

  /** Takes what a throw undoes: of its scope; in an event sub-process also of what that stands in, or what it undoes. */
  function toUndo(state: State, run: ScopeRun, of: string | undefined): Undo[] {
    const isMeant = ({ node }: Done) => of === undefined || node === of
    const meantOf = (done: Done[]) => done.filter((one) => isMeant(one))
    const restOf = (done: Done[]) => done.filter((one) => !isMeant(one))
    const takeFrom = (scope: ScopeRun) => {
      const meant = meantOf(scope.done)
      scope.done = restOf(scope.done)
      return meant
    }
    const owner = run.called ? undefined : ownerOf(state, run.uid)
    const isInEventSub = owner && nodeOf(owner.act.node).type === 'eventSub'
    const outer = isInEventSub && !run.undoes ? owner.run : null
    if (of === undefined) {
      const own = undoingIn(run)
      if (own) return leftTo(own, run)
      const around = outer && undoingIn(outer)
      if (around && around.id !== owner!.act.node) return [...flatten(takeFrom(run)), ...leftTo(around, outer)]
    }
    const undone = meantOf(run.undoes ?? [])
    if (run.undoes) run.undoes = restOf(run.undoes)
    return flatten([...undone, ...(outer ? takeFrom(outer) : []), ...takeFrom(run)])
  }

  function startUndo(state: State, run: ScopeRun, { handler, undoes, vars }: Undo, undoFor: number): void {
    const act = { ...newAct(state, run, nodeOf(handler), true), undoFor }
    act.vars = { ...vars, ...act.vars }
    run.acts.push(act)
    startInside(state, run, act)
    if (act.inside && undoes) act.inside.undoes = undoes
  }

  /** Every state that one thing happening by itself may lead to; none when all waits. */
  function steps(state: State): State[] {
    if (state.ended) return []
    const next: State[] = []
    const later: State[] = []
    const attempt = (list: State[], uid: number, change: (state: State, run: ScopeRun) => void) => {
      const changed = copy(state)
      change(changed, findRun(changed, uid)!)
      list.push(changed)
    }
    for (const run of runsIn(state.root)) {
      if (run.fresh) {
        attempt(next, run.uid, begin)
        continue
      }
      for (const flow of Object.keys(run.tokens)) {
        const node = nodeOf(scopeOf(run).flows.find((one) => one.id === flow)!.to)
        if (node.type === 'and') continue
        if (node.type === 'or' && into(node.id).length > 1) continue
        if (node.type === 'complex') {
          if ((run.seen[flow] ?? 0) < run.tokens[flow]!)
            attempt(next, run.uid, (changed, inside) => {
              inside.seen[flow] = (inside.seen[flow] ?? 0) + 1
              look(changed, inside, node.id)
            })
          continue
        }
        attempt(next, run.uid, (changed, inside) => {
          take(inside, flow)
          arrive(changed, inside, node)
        })
      }
      for (const node of scopeOf(run).nodes) {
        const incoming = into(node.id)
        if (node.type === 'and' && incoming.length > 0 && incoming.every((flow) => (run.tokens[flow.id] ?? 0) > 0))
          attempt(next, run.uid, (changed, inside) => {
            for (const flow of incoming) take(inside, flow.id)
            leave(changed, inside, node.id)
          })
        if (node.type === 'or' && incoming.length > 1 && joinsInclusively(run, node.id))
          attempt(later, run.uid, (changed, inside) => {
            for (const flow of incoming) if (inside.tokens[flow.id]) take(inside, flow.id)
            leave(changed, inside, node.id)
          })
      }
      for (const [index, id] of (run.adHoc?.coming ?? []).entries())
        attempt(next, run.uid, (changed, inside) => {
          inside.adHoc!.coming.splice(index, 1)
          arrive(changed, inside, nodeOf(id))
        })
      for (const [gateway, counted] of Object.entries(run.rounds))
        if (nothingComes(run, gateway, counted))
          attempt(later, run.uid, (changed, inside) => reset(changed, inside, gateway))
      for (const act of run.acts) next.push(...ofBody(state, act), ...ofUndoing(state, act))
      if (run.canceling && run.acts.length === 0)
        attempt(next, run.uid, (changed, inside) => {
          const [undo, ...rest] = inside.canceling!
          if (undo !== undefined) {
            inside.canceling = rest
            return startUndo(changed, inside, undo, inside.uid)
          }
          const owner = ownerOf(changed, inside.uid)!
          const host = bodyOf(owner)
          owner.run.acts = owner.run.acts.filter((one) => one !== host)
          const boundary = boundariesOf(host.node).find((one) => one.trigger.kind === 'cancel')
          if (boundary) leave(changed, owner.run, boundary.id)
        })
      if (!run.canceling && isOver(run))
        attempt(next, run.uid, (changed, inside) => {
          const adHoc = inside.adHoc
          const [first] = adHoc?.queue ?? []
          if (adHoc && !adHoc.over && first !== undefined) {
            adHoc.queue = adHoc.queue.slice(1)
            return enter(inside, [first])
          }
          const owner = ownerOf(changed, inside.uid)
          if (owner) complete(changed, owner.act.uid)
          else changed.ended = true
        })
    }
    next.push(...heardOfItself(state), ...looked(state))
    return next.length > 0 ? next : later
  }

  /** Nothing is at work in a scope, and nothing is to be asked for. */
  function isOver({ acts, tokens, rounds, adHoc, scope }: ScopeRun): boolean {
    if (acts.length > 0 || Object.keys(tokens).length > 0 || Object.keys(rounds).length > 0) return false
    if (!adHoc) return true
    if (adHoc.coming.length > 0) return false
    const { until } = nodeOf(scope) as AdHoc
    return adHoc.over || adHoc.queue.length > 0 || (until === null && adHoc.activated > 0)
  }

  /** A body without instances is done; an instance of work that nobody has to do is done. */
  function ofBody(state: State, act: Act): State[] {
    const change = (changed: State, uid: number) => findAct(changed, uid)!
    if (act.kids?.length === 0) {
      const changed = copy(state)
      const { run: inside, act: body } = change(changed, act.uid)
      completeWhole(changed, inside, body)
      return [changed]
    }
    const node = nodeOf(act.node)
    if (!immediate.has(node.type)) return []
    return (act.kids ?? [act]).map(({ uid }) => {
      const changed = copy(state)
      const found = change(changed, uid)
      perform(changed, found.run, found.act, node as Task)
      complete(changed, uid)
      return changed
    })
  }

  /** A throw that compensates starts its next handler when the one before is done. */
  function ofUndoing(state: State, act: Act): State[] {
    if (!act.undo || act.undoing) return []
    const changed = copy(state)
    const { run: inside, act: thrower } = findAct(changed, act.uid)!
    const [undo, ...rest] = thrower.undo!
    if (undo === undefined) {
      inside.acts = inside.acts.filter((one) => one !== thrower)
      if (nodeOf(thrower.node).type === 'throw') leave(changed, inside, thrower.node)
    } else {
      Object.assign(thrower, { undo: rest, undoing: true })
      startUndo(changed, inside, undo, thrower.uid)
    }
    return [changed]
  }

  /** Signals and messages that were thrown inside reach who waits for them: a signal everybody, a message one. */
  function heardOfItself(state: State): State[] {
    const next: State[] = []
    for (const [index, name] of state.thrown.entries()) {
      const changed = copy(state)
      changed.thrown.splice(index, 1)
      next.push(hear(changed, 'signal', name))
    }
    for (const [index, { name }] of state.kept.entries())
      for (const react of listeners(state, (what) => what.kind === 'message' && what.name === name)) {
        const changed = copy(state)
        changed.kept.splice(index, 1)
        react(changed)
        next.push(changed)
      }
    return next
  }

  // What comes from outside.

  type Reaction = (state: State) => void
  type Matches = (what: Trigger, id: string) => boolean

  /** Whether an event has all that it waits for, when one more of its things has come; keeps in mind what has come. */
  function isMet(holder: Act | ScopeRun, node: Node, place: number): boolean {
    if (!('trigger' in node) || node.trigger.kind !== 'multiple' || !node.trigger.all) return true
    const heard = new Set([...(holder.heard[node.id] ?? []), place])
    const met = heard.size === node.trigger.of.length
    holder.heard[node.id] = met ? [] : [...heard].toSorted()
    return met
  }

  const placesOf = (node: Node, matches: Matches): number[] =>
    triggersOf(node).flatMap((what, place) => (matches(what, node.id) ? [place] : []))

  /** Everything that waits for something, with what it does when it comes. */
  function listeners(state: State, matches: Matches): Reaction[] {
    const found: Reaction[] = []
    for (const run of runsIn(state.root)) found.push(...ofScope(run, matches))
    for (const { act } of actsIn(state.root)) found.push(...ofAct(act, matches))
    return found
  }

  function ofScope(run: ScopeRun, matches: Matches): Reaction[] {
    if (run.canceling || run.interrupted) return []
    return eventSubsOf(run).flatMap((eventSub) =>
      placesOf(eventSub, matches).map((place) => (changed: State) => {
        const inside = findRun(changed, run.uid)
        if (inside && !inside.interrupted && isMet(inside, eventSub, place)) startEventSub(changed, inside, eventSub)
      }),
    )
  }

  function ofAct(act: Act, matches: Matches): Reaction[] {
    const node = nodeOf(act.node)
    const found: Reaction[] = []
    const here = (react: (changed: State, now: NonNullable<ReturnType<typeof findAct>>) => void) =>
      found.push((changed) => {
        const now = findAct(changed, act.uid)
        if (now) react(changed, now)
      })
    if (node.type === 'catch' || (node.type === 'receive' && !act.kids))
      for (const place of placesOf(node, matches))
        here((changed, now) => {
          if (isMet(now.act, node, place)) complete(changed, act.uid)
        })
    if (node.type === 'events')
      for (const { to } of outOf(node.id)) {
        const follower = nodeOf(to)
        for (const place of placesOf(follower, matches))
          here((changed, now) => {
            const isNew = !now.act.came?.includes(to)
            if (isNew && isMet(now.act, follower, place)) comeBehind(changed, now.run, now.act, to)
          })
      }
    for (const boundary of boundariesOf(act.node))
      for (const place of placesOf(boundary, matches))
        here((changed, now) => {
          if (now.body === null && now.act.undoFor === undefined && isMet(now.act, boundary, place))
            trigger(changed, { run: now.run, boundary: boundary.id, host: now.act })
        })
    return found
  }

  function hear(state: State, kind: 'message' | 'signal', name: string): State {
    for (const react of listeners(state, (what) => what.kind === kind && what.name === name)) react(state)
    return state
  }

  /** Whatever can wait in a state: how to find it again in a copy, what it sees, and what it does when something comes. */
  interface Waiting {
    is: Act | ScopeRun
    run: ScopeRun
    act: Act | null
    in(changed: State): Act | ScopeRun | undefined
    reactions(matches: Matches): Reaction[]
  }

  const holdersIn = (state: State): Waiting[] => [
    ...[...runsIn(state.root)].map((run) => ({
      is: run,
      run,
      act: null,
      in: (changed: State) => findRun(changed, run.uid),
      reactions: (matches: Matches) => ofScope(run, matches),
    })),
    ...[...actsIn(state.root)].map(({ run, act }) => ({
      is: act,
      run,
      act,
      in: (changed: State) => findAct(changed, act.uid)?.act,
      reactions: (matches: Matches) => ofAct(act, matches),
    })),
  ]

  /** Timers that are due first; all of them when several are due at once. */
  function due(state: State): { at: number; fire: Reaction }[] {
    const found = holdersIn(state).flatMap((holder) =>
      Object.entries(holder.is.timers).flatMap(([id, { at }]) =>
        holder
          .reactions((what, place) => what.kind === 'timer' && place === id)
          .map((react) => ({
            at,
            fire: (changed: State) => {
              const now = holder.in(changed)
              const timer = now?.timers[id]
              if (now && timer) wind(now, id, timer)
              react(changed)
            },
          })),
      ),
    )
    const first = Math.min(...found.map(({ at }) => at))
    return found.filter(({ at }) => at === first)
  }

  /** A timer that has fired is over, or runs again when it is a cycle. */
  function wind({ timers }: Act | ScopeRun, id: string, { at, left }: { at: number; left: number }): void {
    const what = triggersOf(nodeOf(id)).find(({ kind }) => kind === 'timer')
    if (left > 1 && what?.kind === 'timer') timers[id] = { at: at + what.minutes, left: left - 1 }
    else delete timers[id]
  }

  /** Conditions that have become true since they were last looked at, each an event of its own, and those that no longer are. */
  const looked = (state: State): State[] =>
    holdersIn(state).flatMap((holder) =>
      Object.entries(holder.is.was).flatMap(([id, was]) => {
        const isTrue = (what: Trigger) =>
          what.kind === 'condition' && read(state, holder.run, holder.act, what.when) === true
        const reactions = holder.reactions((what, place) => place === id && isTrue(what))
        if (was === reactions.length > 0) return []
        const changed = copy(state)
        holder.in(changed)!.was[id] = !was
        for (const react of reactions) react(changed)
        return [changed]
      }),
    )

  // The relation as a whole.

  /** All states in which everything waits that can be reached from these. */
  function settle(states: readonly State[], limit = 2500): State[] {
    const seen = new Map<string, State>()
    const open: State[] = []
    const add = (state: State) => {
      const key = keyOf(state)
      if (seen.has(key)) return
      if (seen.size >= limit) throw new TooMany(`more than ${limit} states`)
      seen.set(key, state)
      open.push(state)
    }
    states.forEach(add)
    const stable: State[] = []
    for (let state = open.pop(); state; state = open.pop()) {
      const next = steps(state)
      if (next.length === 0) stable.push(state)
      next.forEach(add)
    }
    return stable
  }

  const isHeldUp = ({ kids, inside, stuck, undo }: Act) => Boolean(kids || inside || stuck || undo)

  /** What work brings: to a data output, or to the variables that are seen. */
  function bring(state: State, run: ScopeRun, act: Act, set: Variables): void {
    const node = nodeOf(act.node)
    const own = 'writes' in node ? node.writes?.from : undefined
    for (const [name, value] of Object.entries(set))
      if (name === own) act.vars[name] = value
      else write(state, run, act, name, value)
  }

  /** The states that a command may lead to at once; none when it is not allowed. */
  function after(state: State, command: Command): State[] {
    const at = (node: string, isMeant: (act: Act) => boolean) =>
      [...actsIn(state.root)].filter(({ act }) => act.node === node && isMeant(act)).map(({ act }) => act.uid)
    const each = (
      uids: readonly number[],
      change: (changed: State, found: NonNullable<ReturnType<typeof findAct>>) => void,
    ) =>
      uids.map((uid) => {
        const changed = copy(state)
        change(changed, findAct(changed, uid)!)
        return changed
      })
    switch (command.type) {
      case 'complete':
        return at(command.node, (act) => !isHeldUp(act)).flatMap((uid) => {
          const [changed] = each([uid], (one, { run, act }) => bring(one, run, act, command.set ?? {}))
          // What the work brought may make a condition true before the work itself is over, or after it.
          return [changed!, ...looked(changed!)].map((before) => {
            complete(before, uid)
            return before
          })
        })
      case 'throwError':
        return each(
          at(command.node, (act) => !isHeldUp(act)),
          (changed, here) => {
            const catcher = catcherOf(changed, { run: here.run, act: bodyOf(here) }, 'error', command.name)
            if (catcher) trigger(changed, catcher)
            else here.act.stuck = 'uncaught'
          },
        )
      case 'failJob':
        return each(
          at(command.node, (act) => !isHeldUp(act)),
          (_changed, { act }) => Object.assign(act, { stuck: 'job' }),
        )
      case 'resolve':
        return each(
          at(command.node, ({ stuck }) => stuck !== undefined),
          (changed, { run, act }) => {
            if (act.stuck === 'way') {
              run.acts = run.acts.filter((one) => one !== act)
              leave(changed, run, act.node)
            } else if (act.stuck === 'job') delete act.stuck
          },
        )
      case 'signal':
        return [hear(copy(state), 'signal', command.name)]
      case 'message': {
        // One message goes to one that waits for it: whichever.
        const all = listeners(state, (what) => what.kind === 'message' && what.name === command.name)
        return all.length === 0
          ? [state]
          : all.map((react) => {
              const changed = copy(state)
              react(changed)
              return changed
            })
      }
      case 'set': {
        const changed = copy(state)
        Object.assign(changed.root.vars, command.variables)
        return [changed]
      }
      case 'activate': {
        const { inner } = command
        const { sequential } = nodeOf(command.node) as AdHoc
        const isFree = ({ inside }: Act) => {
          if (!inside?.adHoc || inside.adHoc.over) return false
          const isIdle = inside.acts.length === 0 && Object.keys(inside.tokens).length === 0
          return !sequential || (isIdle && inner.length === 1)
        }
        return each(at(command.node, isFree), (_changed, { act }) => enter(act.inside!, inner))
      }
      case 'move': {
        const changed = copy(state)
        const found = [...actsIn(changed.root)].filter(
          ({ act, body }) => act.node === command.node && body === null && act.undoFor === undefined,
        )
        for (const { run, act } of found) {
          run.acts = run.acts.filter((one) => one !== act)
          arrive(changed, run, nodeOf(command.to))
        }
        return found.length > 0 ? [changed] : []
      }
      case 'cancel':
        return [{ ...copy(state), ended: true }]
      case 'advance':
        throw new Error('time passes in `pass`')
    }
  }

  /** Time goes on: what falls due on the way happens, in the order of its time. */
  function pass(states: readonly State[], minutes: number): State[] {
    let open = states.map((state) => ({ state, until: state.now + minutes }))
    const over: State[] = []
    while (open.length > 0) {
      const going: typeof open = []
      for (const { state, until } of open) {
        const firing = state.ended ? [] : due(state)
        if (firing.length === 0 || firing[0]!.at > until) {
          over.push(at(copy(state), until))
          continue
        }
        const fired = firing.map(({ at: instant, fire }) => {
          const changed = at(copy(state), Math.max(state.now, instant))
          fire(changed)
          return changed
        })
        going.push(...settle(fired).map((changed) => ({ state: changed, until })))
      }
      open = going
      if (open.length > 2000) throw new TooMany('too many orders of timers')
    }
    return settle(over)
  }

  /** A state at another time; messages that nobody has taken are not kept for ever. */
  const at = (state: State, now: number): State =>
    Object.assign(state, { now, kept: state.kept.filter(({ until }) => until > now) })

  return {
    /** Begins at an instant, counted in minutes from the beginning of time. */
    start(variables: Variables, entry?: string, now = 0): State[] {
      const stores: Variables = {}
      for (const id of plan.stores) stores[id] = null
      const state: State = {
        now,
        ended: false,
        root: null as never,
        taken: {},
        thrown: [],
        kept: [],
        stores,
        next: 1,
      }
      state.root = newRun(state, diagram.body, variables)
      if (entry !== undefined) state.root.entry = entry
      return pass(settle([state]), 0)
    },
    /** All states that a command may lead to; none when it is refused. */
    command(states: readonly State[], command: Command): State[] {
      if (command.type === 'advance') return pass(states, command.minutes)
      return pass(settle(states.flatMap((state) => after(state, command))), 0)
    },
    /** The states in which a command is refused; it leaves them as they are. */
    refusing: (states: readonly State[], command: Command): State[] =>
      command.type === 'advance' ? [] : states.filter((state) => after(state, command).length === 0),
    /** Ids at which something waits: tasks, catching events, event-based gateways, joins that hold tokens. */
    waiting(state: State): string[] {
      if (state.ended) return []
      const ids: string[] = []
      for (const { act } of actsIn(state.root)) {
        const isIdle = act.inside?.adHoc && act.inside.acts.length === 0
        if (isIdle || (!act.kids && !act.inside && !act.undo)) ids.push(act.node)
      }
      for (const run of runsIn(state.root)) {
        const joins = Object.keys(run.tokens).map((flow) => scopeOf(run).flows.find((one) => one.id === flow)!.to)
        ids.push(...new Set([...joins, ...Object.keys(run.rounds)]))
      }
      return ids.toSorted()
    },
  }
}
