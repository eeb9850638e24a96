import { triggersOf } from './diagram.ts'
import type { Boundary, Diagram, EventNode, EventSubProcess, Flow, Loop, Node, Scope, Trigger } from './diagram.ts'

/**
 * A slow and plain interpreter of diagrams, written from BPMN 2.0.2 chapter 13 and table 13.3, to hold the engine
 * against. Tokens lie on sequence flows; what may happen is a relation between states, so every order of independent
 * branches is tried, and a set of states is what the engine may be in. It knows nothing of the engine.
 */
export interface State {
  now: number
  ended: boolean
  root: ScopeRun
  variables: Record<string, boolean>
  /** Tokens that took each sequence flow so far. */
  taken: Record<string, number>
  /** Signals thrown and not yet heard. */
  thrown: string[]
  next: number
}

interface ScopeRun {
  uid: number
  scope: string
  tokens: Record<string, number>
  acts: Act[]
  done: Done[]
  /** Event sub-processes that listen by a timer, and when it is due. */
  timers: Record<string, number>
  /** It has still to begin at its start event. */
  fresh?: true
  /** Of events that wait for several things: which have come. */
  heard: Record<string, number[]>
  /** Of conditions: whether each was true when it was last looked at. */
  was: Record<string, boolean>
  /** An interrupting event sub-process has begun: nothing else of the scope listens any more. */
  interrupted?: true
  /** A transaction that is being canceled: what is still to be undone. */
  canceling?: string[]
}

/** Something that is active: a task, a catch event, a body with its instances, a scope, a throw that compensates. */
interface Act {
  uid: number
  node: string
  timers: Record<string, number>
  heard: Record<string, number[]>
  was: Record<string, boolean>
  kids?: Act[]
  count?: number
  inside?: ScopeRun
  undo?: string[]
  undoFor?: number
  stuck?: true
}

/** A completed activity that can be undone: by its handler, or by what was done inside it. */
interface Done {
  node: string
  handler: string | null
  inside: Done[]
}

export type Command =
  | { type: 'complete'; node: string; set?: Record<string, boolean> }
  | { type: 'throwError'; node: string; name: string }
  | { type: 'message' | 'signal'; name: string }
  | { type: 'advance'; minutes: number }

/** More orders of events than are worth trying; the caller lets this process be. */
export class TooMany extends Error {}

interface Known {
  nodes: Map<string, Node>
  scopes: Map<string, Scope>
  scopeOf: Map<string, Scope>
}

const copy = (state: State): State => structuredClone(state)

/** What makes two states the same: everything but the numbers by which their parts are told apart. */
const keyOf = (state: State): string => {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
      .filter(([name]) => name !== 'uid' && name !== 'next' && name !== 'undoFor')
      .map(([name, inner]): [string, unknown] => {
        const plain = sorted(inner)
        return name === 'acts' || name === 'kids'
          ? [name, (plain as unknown[]).map((one) => JSON.stringify(one)).toSorted()]
          : [name, plain]
      })
      .filter(([name, inner]) => !(name === 'tokens' && Object.keys(inner as object).length === 0))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries)
  }
  return JSON.stringify(sorted(state))
}

export function createReference(diagram: Diagram) {
  const known: Known = { nodes: new Map(), scopes: new Map(), scopeOf: new Map() }
  const learn = (scope: Scope): void => {
    known.scopes.set(scope.id, scope)
    for (const node of scope.nodes) {
      known.nodes.set(node.id, node)
      known.scopeOf.set(node.id, scope)
      if ('inside' in node) learn(node.inside)
    }
  }
  learn(diagram.body)

  const nodeOf = (id: string) => known.nodes.get(id) as Node
  const scopeOf = (run: ScopeRun) => known.scopes.get(run.scope) as Scope
  const outOf = (id: string) => known.scopeOf.get(id)!.flows.filter((flow) => flow.from === id)
  const into = (id: string) => known.scopeOf.get(id)!.flows.filter((flow) => flow.to === id)
  const boundariesOf = (id: string) =>
    known.scopeOf.get(id)!.nodes.filter((node): node is Boundary => node.type === 'boundary' && node.host === id)
  const eventSubsOf = (run: ScopeRun) =>
    scopeOf(run).nodes.filter((node): node is EventSubProcess => node.type === 'eventSub')

  // Looking around in a state.

  function* actsIn(run: ScopeRun): Generator<{ run: ScopeRun; act: Act; body: Act | null }> {
    for (const act of run.acts) {
      yield { run, act, body: null }
      if (act.inside) yield* actsIn(act.inside)
      for (const kid of act.kids ?? []) {
        yield { run, act: kid, body: act }
        if (kid.inside) yield* actsIn(kid.inside)
      }
    }
  }

  function* runsIn(run: ScopeRun): Generator<ScopeRun> {
    yield run
    for (const act of run.acts) for (const one of [act, ...(act.kids ?? [])]) if (one.inside) yield* runsIn(one.inside)
  }

  const findAct = (state: State, uid: number) => [...actsIn(state.root)].find(({ act }) => act.uid === uid)
  const findRun = (state: State, uid: number) => [...runsIn(state.root)].find((run) => run.uid === uid)
  const ownerOf = (state: State, uid: number) => [...actsIn(state.root)].find(({ act }) => act.inside?.uid === uid)

  // Changing a state; each of these changes the one that it is given.

  function put(state: State, run: ScopeRun, flow: Flow): void {
    run.tokens[flow.id] = (run.tokens[flow.id] ?? 0) + 1
    state.taken[flow.id] = (state.taken[flow.id] ?? 0) + 1
  }

  function take(run: ScopeRun, flow: string): void {
    const left = (run.tokens[flow] ?? 0) - 1
    if (left > 0) run.tokens[flow] = left
    else delete run.tokens[flow]
  }

  function leave(state: State, run: ScopeRun, id: string): void {
    const node = nodeOf(id)
    const flows = outOf(id)
    const isTrue = (flow: Flow) => flow.when !== null && state.variables[flow.when] === true
    const otherwise = flows.filter((flow) => flow.isDefault)
    if (node.type === 'xor' && flows.length > 1) {
      const chosen = flows.find((flow) => isTrue(flow)) ?? otherwise[0]
      if (chosen) put(state, run, chosen)
      return
    }
    const plain = flows.filter((flow) => !flow.isDefault)
    const chosen = plain.filter((flow) => flow.when === null || isTrue(flow))
    const conditional = plain.some((flow) => flow.when !== null && isTrue(flow))
    for (const flow of [...chosen, ...(conditional ? [] : otherwise)]) put(state, run, flow)
  }

  function newRun(state: State, scope: Scope): ScopeRun {
    const run: ScopeRun = {
      uid: state.next++,
      scope: scope.id,
      tokens: {},
      acts: [],
      done: [],
      timers: {},
      heard: {},
      was: {},
    }
    for (const node of scope.nodes) if (node.type === 'eventSub') arm(state, run, node)
    return run
  }

  function begin(state: State, run: ScopeRun): void {
    for (const node of scopeOf(run).nodes) if (node.type === 'start') leave(state, run, node.id)
  }

  const plainAct = (state: State, node: string): Act => ({ uid: state.next++, node, timers: {}, heard: {}, was: {} })

  /** A node begins to wait: its timer runs, its conditions count as not yet true. */
  function arm(state: State, holder: Act | ScopeRun, node: Node): void {
    for (const what of triggersOf(node)) {
      if (what.kind === 'timer') holder.timers[node.id] = state.now + what.minutes
      if (what.kind === 'condition') holder.was[node.id] = false
    }
  }

  function newAct(state: State, node: Node, whole: boolean): Act {
    const act = plainAct(state, node.id)
    if (whole && 'loop' in node && node.loop) act.kids = []
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

  function startInside(state: State, act: Act): void {
    const node = nodeOf(act.node)
    if (!('inside' in node)) return
    act.inside = { ...newRun(state, node.inside), fresh: true }
  }

  function startOne(state: State, body: Act): void {
    const kid = newAct(state, nodeOf(body.node), false)
    body.kids!.push(kid)
    startInside(state, kid)
  }

  /** An activity, or an event that waits, becomes active. */
  function activate(state: State, run: ScopeRun, node: Node): void {
    const act = newAct(state, node, true)
    run.acts.push(act)
    if (!act.kids) return startInside(state, act)
    const loop = loopOf(node)
    act.count = 0
    const first = loop.kind === 'standard' ? 1 : loop.kind === 'parallel' ? loop.times : Math.min(1, loop.times)
    for (let index = 0; index < first; index++) startOne(state, act)
  }

  function completeWhole(state: State, run: ScopeRun, act: Act): void {
    run.acts = run.acts.filter((one) => one !== act)
    const node = nodeOf(act.node)
    if (act.undoFor !== undefined) return
    remember(run, act)
    if (node.type !== 'eventSub') leave(state, run, act.node)
  }

  function remember(run: ScopeRun, act: Act): void {
    const handler = boundariesOf(act.node).find(({ trigger }) => trigger.kind === 'compensation')?.handler ?? null
    const inside = act.inside?.done ?? []
    if (handler !== null || inside.length > 0) run.done.push({ node: act.node, handler, inside })
  }

  function complete(state: State, uid: number): void {
    const found = findAct(state, uid)
    if (!found) return
    const { run, act, body } = found
    if (!body) return completeWhole(state, run, act)
    const loop = loopOf(nodeOf(body.node))
    body.kids = body.kids!.filter((kid) => kid !== act)
    body.count = (body.count ?? 0) + 1
    const { count } = body
    if (loop.kind === 'parallel' && count === loop.times) completeWhole(state, run, body)
    if (loop.kind === 'sequential') {
      if (count < loop.times) startOne(state, body)
      else completeWhole(state, run, body)
    }
    if (loop.kind === 'standard') {
      if (count < loop.most && state.variables[loop.while] === true) startOne(state, body)
      else completeWhole(state, run, body)
    }
  }

  const bodyOf = (found: { act: Act; body: Act | null }) => found.body ?? found.act

  /** What catches a thing thrown from an act, or from a scope: the nearest event sub-process or boundary event. */
  function catcherOf(
    state: State,
    from: { run: ScopeRun; act: Act | null },
    kind: 'error' | 'escalation',
    name: string,
  ): { run: ScopeRun; eventSub: string } | { run: ScopeRun; boundary: string; host: Act } | null {
    const matches = (trigger: Trigger) => trigger.kind === kind && trigger.name === name
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
      run.tokens = {}
      run.acts = []
      run.timers = {}
      run.was = {}
      run.interrupted = true
    }
    const act = plainAct(state, node.id)
    run.acts.push(act)
    startInside(state, act)
    return node.interrupting
  }

  // Inclusive join, table 13.3: a token that can still reach an empty flow of the gateway without passing it, and cannot
  // reach one that has a token, is waited for.

  /** Where a token goes from a node: over its flows, from its boundary events, and through a link, which is a flow that is not drawn. */
  function ahead(id: string, scope: Scope): string[] {
    const node = nodeOf(id)
    const link = node.type === 'throw' && node.trigger.kind === 'link' ? node.trigger.name : null
    const partners = scope.nodes.filter(
      (one) => one.type === 'catch' && one.trigger.kind === 'link' && one.trigger.name === link,
    )
    const from = [id, ...boundariesOf(id).map((boundary) => boundary.id), ...partners.map((partner) => partner.id)]
    return scope.flows.filter((flow) => from.includes(flow.from)).map((flow) => flow.id)
  }

  function reach(from: readonly string[], scope: Scope, avoiding: string): Set<string> {
    const flows = new Set<string>()
    const open = [...from]
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (flows.has(id)) continue
      flows.add(id)
      const { to } = scope.flows.find((flow) => flow.id === id)!
      if (to !== avoiding) open.push(...ahead(to, scope))
    }
    return flows
  }

  function joinsInclusively(run: ScopeRun, gateway: string): boolean {
    const scope = scopeOf(run)
    const incoming = into(gateway)
    const full = incoming.filter((flow) => (run.tokens[flow.id] ?? 0) > 0).map((flow) => flow.id)
    if (full.length === 0) return false
    const empty = incoming.map((flow) => flow.id).filter((id) => !full.includes(id))
    const elsewhere = Object.keys(run.tokens).filter((id) => !incoming.some((flow) => flow.id === id))
    const origins = [...elsewhere.map((id) => [id]), ...run.acts.map((act) => ahead(act.node, scope))]
    return origins.every((origin) => {
      const reached = reach(origin, scope, gateway)
      return !empty.some((id) => reached.has(id)) || full.some((id) => reached.has(id))
    })
  }

  // What may happen by itself.

  const flatten = (done: readonly Done[]): string[] =>
    [...done].reverse().flatMap((one) => (one.handler !== null ? [one.handler] : flatten(one.inside)))

  function arrive(state: State, run: ScopeRun, node: Node): State[] {
    switch (node.type) {
      case 'user':
      case 'service':
      case 'sub':
      case 'transaction':
      case 'catch':
      case 'events':
        activate(state, run, node)
        return [state]
      case 'end':
      case 'throw':
        return thrown(state, run, node)
      default:
        leave(state, run, node.id)
        return [state]
    }
  }

  function thrown(state: State, run: ScopeRun, node: EventNode): State[] {
    const { trigger: what } = node
    const goOn = () => {
      if (node.type === 'throw') leave(state, run, node.id)
      return [state]
    }
    switch (what.kind) {
      case 'terminate':
        run.tokens = {}
        run.acts = []
        return [state]
      case 'error': {
        const catcher = catcherOf(state, { run, act: null }, 'error', what.name)
        if (catcher) trigger(state, catcher)
        else run.acts.push({ ...plainAct(state, node.id), stuck: true })
        return [state]
      }
      case 'escalation': {
        const catcher = catcherOf(state, { run, act: null }, 'escalation', what.name)
        const killed = catcher !== null && trigger(state, catcher)
        return killed ? [state] : goOn()
      }
      case 'signal':
        state.thrown.push(what.name)
        return goOn()
      case 'link': {
        const partner = scopeOf(run).nodes.find(
          (one) => one.type === 'catch' && one.trigger.kind === 'link' && one.trigger.name === what.name,
        )
        if (partner) leave(state, run, partner.id)
        return [state]
      }
      case 'compensation': {
        // What stands in an event sub-process means the scope that it belongs to as well.
        const owner = ownerOf(state, run.uid)
        const around = owner && nodeOf(owner.act.node).type === 'eventSub' ? [owner.run, run] : [run]
        const undo = flatten(around.flatMap((scope) => scope.done))
        for (const scope of around) scope.done = []
        if (undo.length === 0) return goOn()
        run.acts.push({ ...plainAct(state, node.id), undo })
        return [state]
      }
      case 'cancel': {
        run.canceling = flatten(run.done)
        run.done = []
        run.tokens = {}
        run.acts = []
        return [state]
      }
      default:
        return goOn()
    }
  }

  function startUndo(state: State, run: ScopeRun, handler: string, undoFor: number): void {
    const act = newAct(state, nodeOf(handler), true)
    act.undoFor = undoFor
    run.acts.push(act)
    startInside(state, act)
  }

  /** Every state that one thing happening by itself may lead to; none when all waits. */
  function steps(state: State): State[] {
    if (state.ended) return []
    const next: State[] = []
    const later: State[] = []
    const attempt = (list: State[], uid: number, change: (state: State, run: ScopeRun) => State[] | void) => {
      const changed = copy(state)
      list.push(...(change(changed, findRun(changed, uid)!) ?? [changed]))
    }
    for (const run of runsIn(state.root)) {
      if (run.fresh) {
        attempt(next, run.uid, (changed, inside) => {
          delete inside.fresh
          begin(changed, inside)
        })
        continue
      }
      for (const flow of Object.keys(run.tokens)) {
        const node = nodeOf(scopeOf(run).flows.find((one) => one.id === flow)!.to)
        if (node.type === 'and') continue
        if (node.type === 'or' && into(node.id).length > 1) continue
        attempt(next, run.uid, (changed, inside) => {
          take(inside, flow)
          return arrive(changed, inside, node)
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
      for (const act of run.acts)
        if (act.kids?.length === 0)
          attempt(next, run.uid, (changed, inside) => {
            completeWhole(
              changed,
              inside,
              inside.acts.find((one) => one.uid === act.uid)!,
            )
          })
      // A throw that compensates starts its next handler when the one before is done.
      for (const act of run.acts)
        if (act.undo && !run.acts.some((one) => one.undoFor === act.uid))
          attempt(next, run.uid, (changed, inside) => {
            const thrower = inside.acts.find((one) => one.uid === act.uid)!
            const [handler, ...rest] = thrower.undo!
            if (handler === undefined) {
              inside.acts = inside.acts.filter((one) => one !== thrower)
              if (nodeOf(thrower.node).type === 'throw') leave(changed, inside, thrower.node)
              return
            }
            thrower.undo = rest
            startUndo(changed, inside, handler, thrower.uid)
          })
      if (run.canceling && run.acts.length === 0)
        attempt(next, run.uid, (changed, inside) => {
          const [handler, ...rest] = inside.canceling!
          if (handler !== undefined) {
            inside.canceling = rest
            return startUndo(changed, inside, handler, inside.uid)
          }
          const owner = ownerOf(changed, inside.uid)!
          const host = bodyOf(owner)
          owner.run.acts = owner.run.acts.filter((one) => one !== host)
          const boundary = boundariesOf(host.node).find((one) => one.trigger.kind === 'cancel')
          if (boundary) leave(changed, owner.run, boundary.id)
        })
      if (!run.canceling && run.acts.length === 0 && Object.keys(run.tokens).length === 0)
        attempt(next, run.uid, (changed, inside) => {
          const owner = ownerOf(changed, inside.uid)
          if (owner) complete(changed, owner.act.uid)
          else changed.ended = true
        })
    }
    for (const [index, name] of state.thrown.entries()) {
      const changed = copy(state)
      changed.thrown.splice(index, 1)
      next.push(hear(changed, 'signal', name))
    }
    next.push(...becameTrue(state))
    return next.length > 0 ? next : later
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
    if (act.stuck) return found
    const here = (react: (changed: State, now: NonNullable<ReturnType<typeof findAct>>) => void) =>
      found.push((changed) => {
        const now = findAct(changed, act.uid)
        if (now) react(changed, now)
      })
    if (node.type === 'catch')
      for (const place of placesOf(node, matches))
        here((changed, now) => {
          if (isMet(now.act, node, place)) complete(changed, act.uid)
        })
    if (node.type === 'events')
      for (const flow of outOf(node.id)) {
        const follower = nodeOf(flow.to)
        for (const place of placesOf(follower, matches))
          here((changed, now) => {
            if (!isMet(now.act, follower, place)) return
            now.run.acts = now.run.acts.filter((one) => one.uid !== act.uid)
            changed.taken[flow.id] = (changed.taken[flow.id] ?? 0) + 1
            leave(changed, now.run, follower.id)
          })
      }
    for (const boundary of boundariesOf(act.node))
      for (const place of placesOf(boundary, matches))
        here((changed, now) => {
          if (now.body === null && isMet(now.act, boundary, place))
            trigger(changed, { run: now.run, boundary: boundary.id, host: now.act })
        })
    return found
  }

  function hear(state: State, kind: 'message' | 'signal', name: string): State {
    for (const react of listeners(state, (what) => what.kind === kind && what.name === name)) react(state)
    return state
  }

  /** Whatever can wait in a state: how to find it again in a copy, and what it does when something comes. */
  interface Holder {
    is: Act | ScopeRun
    in(changed: State): Act | ScopeRun | undefined
    reactions(matches: Matches): Reaction[]
  }

  const holdersIn = (state: State): Holder[] => [
    ...[...runsIn(state.root)].map((run) => ({
      is: run,
      in: (changed: State) => findRun(changed, run.uid),
      reactions: (matches: Matches) => ofScope(run, matches),
    })),
    ...[...actsIn(state.root)].map(({ act }) => ({
      is: act,
      in: (changed: State) => findAct(changed, act.uid)?.act,
      reactions: (matches: Matches) => ofAct(act, matches),
    })),
  ]

  /** Timers that are due first; all of them when several are due at once. */
  function due(state: State): { at: number; fire: Reaction }[] {
    const found = holdersIn(state).flatMap((holder) =>
      Object.entries(holder.is.timers).flatMap(([id, at]) =>
        holder
          .reactions((what, place) => what.kind === 'timer' && place === id)
          .map((react) => ({
            at,
            fire: (changed: State) => {
              const now = holder.in(changed)
              if (now) delete now.timers[id]
              react(changed)
            },
          })),
      ),
    )
    const first = Math.min(...found.map(({ at }) => at))
    return found.filter(({ at }) => at === first)
  }

  const isTrue = (state: State, what: Trigger) => what.kind === 'condition' && state.variables[what.when] === true

  /** Conditions that have become true since they were last looked at; each is an event of its own. */
  const becameTrue = (state: State): State[] =>
    holdersIn(state).flatMap((holder) =>
      Object.entries(holder.is.was).flatMap(([id, was]) => {
        const reactions = was ? [] : holder.reactions((what, place) => place === id && isTrue(state, what))
        if (reactions.length === 0) return []
        const changed = copy(state)
        holder.in(changed)!.was[id] = true
        for (const react of reactions) react(changed)
        return [changed]
      }),
    )

  /** What is no longer true may become true again. */
  function forgetFalse(state: State): void {
    for (const { is } of holdersIn(state))
      for (const id of Object.keys(is.was))
        if (!triggersOf(nodeOf(id)).some((what) => isTrue(state, what))) is.was[id] = false
  }

  // The relation as a whole.

  /** All states in which everything waits that can be reached from these. */
  function settle(states: readonly State[], limit = 4000): State[] {
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

  function after(state: State, command: Command): State[] {
    switch (command.type) {
      case 'complete':
        return [...actsIn(state.root)]
          .filter(({ act }) => act.node === command.node && !act.kids && !act.inside && !act.stuck)
          .flatMap(({ act }) => {
            const changed = copy(state)
            Object.assign(changed.variables, command.set)
            forgetFalse(changed)
            // What the work brought may make a condition true before the work itself is over, or after it.
            return [changed, ...becameTrue(changed)].map((before) => {
              complete(before, act.uid)
              return before
            })
          })
      case 'throwError':
        return [...actsIn(state.root)]
          .filter(({ act }) => act.node === command.node && !act.kids && !act.inside && !act.stuck)
          .map(({ act }) => {
            const changed = copy(state)
            const here = findAct(changed, act.uid)!
            const catcher = catcherOf(changed, { run: here.run, act: bodyOf(here) }, 'error', command.name)
            if (catcher) trigger(changed, catcher)
            else here.act.stuck = true
            return changed
          })
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
      case 'advance':
        throw new Error('time passes in `command`')
    }
  }

  return {
    start(variables: Record<string, boolean>): State[] {
      const state: State = { now: 0, ended: false, root: null as never, variables, taken: {}, thrown: [], next: 1 }
      state.root = { ...newRun(state, diagram.body), fresh: true }
      return settle([state])
    },
    command(states: readonly State[], command: Command): State[] {
      if (command.type !== 'advance') return settle(states.flatMap((state) => after(state, command)))
      let open = states.map((state) => ({ state, until: state.now + command.minutes }))
      const over: State[] = []
      while (open.length > 0) {
        const going: typeof open = []
        for (const { state, until } of open) {
          const firing = state.ended ? [] : due(state)
          if (firing.length === 0 || firing[0]!.at > until) {
            over.push({ ...copy(state), now: until })
            continue
          }
          const fired = firing.map(({ at, fire }) => {
            const changed = copy(state)
            changed.now = Math.max(changed.now, at)
            fire(changed)
            return changed
          })
          going.push(...settle(fired).map((changed) => ({ state: changed, until })))
        }
        open = going
        if (open.length > 2000) throw new TooMany('too many orders of timers')
      }
      return settle(over)
    },
    /** Ids at which something waits: tasks, catching events, event-based gateways, joins that hold tokens. */
    waiting(state: State): string[] {
      if (state.ended) return []
      const ids: string[] = []
      for (const { act } of actsIn(state.root)) if (!act.kids && !act.inside && !act.undo) ids.push(act.node)
      for (const run of runsIn(state.root)) {
        const joins = Object.keys(run.tokens).map((flow) => scopeOf(run).flows.find((one) => one.id === flow)!.to)
        ids.push(...new Set(joins))
      }
      return ids.toSorted()
    },
  }
}
