/** Where a process may be, as the reference interpreter knows it: plain data that is copied before it is changed. */
export interface State {
  now: number
  ended: boolean
  root: ScopeRun
  /** Tokens that took each sequence flow so far. */
  taken: Record<string, number>
  /** Signals thrown and not yet heard. */
  thrown: string[]
  /** Messages thrown that nobody has taken, and until when they are kept. */
  kept: { name: string; until: number }[]
  /** What data stores hold. */
  stores: Record<string, unknown>
  next: number
}

export type Variables = Record<string, unknown>

/** Something that waits for events: since when timers run, what has come of several, what conditions were. */
interface Holder {
  uid: number
  /** By the event that waits: when its timer is due, and how often it will still fire. */
  timers: Record<string, { at: number; left: number }>
  /** Of events that wait for several things: which have come. */
  heard: Record<string, number[]>
  /** Of conditions: whether each was true when it was last looked at. */
  was: Record<string, boolean>
  /** Variables of its own. */
  vars: Variables
}

export interface ScopeRun extends Holder {
  scope: string
  tokens: Record<string, number>
  acts: Act[]
  done: Done[]
  /** It has still to begin at its start event. */
  fresh?: true
  /** The start that was triggered, of a process that begins by an event. */
  entry?: string
  /** It is a process that was called: nothing outside is seen. */
  called?: true
  /** An interrupting event sub-process has begun: nothing else of the scope listens any more. */
  interrupted?: true
  /** A transaction that is being canceled: what is still to be undone. */
  canceling?: Undo[]
  /** Complex gateways: how many tokens of each flow have been looked at. */
  seen: Record<string, number>
  /** Complex gateways that were activated and wait for their reset, with the flows whose tokens they took. */
  rounds: Record<string, string[]>
  /** An ad-hoc sub-process. */
  adHoc?: { activated: number; queue: string[]; coming: string[]; over: boolean }
  /** Its compensation event sub-process has been begun by a throw inside of it. */
  undone?: true
  /** A compensation event sub-process: what a throw inside of it undoes. */
  undoes?: Done[]
}

/** Something that is active: a task, a catch event, a body with its instances, a scope, a throw that compensates. */
export interface Act extends Holder {
  node: string
  kids?: Act[]
  /** Which of the instances it is, counted from 0. */
  index?: number
  /** Of a body: instances begun, done, what they gave, and what can be undone of them. */
  begun?: number
  count?: number
  gave?: (number | null)[]
  done?: Done[]
  inside?: ScopeRun
  /** Of a throw that compensates: what is still to be undone, and whether something is being undone. */
  undo?: Undo[]
  undoing?: true
  /** Of what undoes: for which throw, or which scope. */
  undoFor?: number
  /** An incident holds it: nobody catches what it throws, it has no way on, or its job was tried too often. */
  stuck?: 'uncaught' | 'way' | 'job'
  /** Of an event-based gateway that waits for all: which have come. */
  came?: string[]
}

/** A completed activity that can be undone: by its handler, or by what was done inside it. */
export interface Done {
  node: string
  handler: string | null
  inside: Done[]
  /** The compensation event sub-process that stands in it. */
  eventSub: string | null
  /** Variables that it had of its own. */
  vars: Variables
}

/** One thing to undo. */
export interface Undo {
  handler: string
  /** Of a completed scope that is left to its event sub-process: what was done in it. */
  undoes?: Done[]
  vars: Variables
}

function cloned<T>(value: T): T {
  if (Array.isArray(value)) return value.map(cloned) as T
  if (typeof value !== 'object' || value === null) return value
  const other: Record<string, unknown> = {}
  for (const name in value) other[name] = cloned(value[name])
  return other as T
}

export const copy = (state: State): State => cloned(state)

/** What makes two states the same: everything but the numbers by which their parts are told apart. */
export const keyOf = (state: State): string => {
  const numbers = new Set(['uid', 'next', 'undoFor'])
  const bags = new Set(['acts', 'kids', 'kept', 'thrown', 'coming'])
  const sparse = new Set(['tokens', 'seen', 'rounds', 'timers', 'heard', 'was', 'vars'])
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
      .filter(([name]) => !numbers.has(name))
      .map(([name, inner]): [string, unknown] => {
        const plain = sorted(inner)
        return bags.has(name)
          ? [name, (plain as unknown[]).map((one) => JSON.stringify(one)).toSorted()]
          : [name, plain]
      })
      .filter(([name, inner]) => !(sparse.has(name) && Object.keys(inner as object).length === 0))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    return Object.fromEntries(entries)
  }
  return JSON.stringify(sorted(state))
}

/** Everything active in a scope and below, with the body whose instance it is. */
export function* actsIn(run: ScopeRun): Generator<{ run: ScopeRun; act: Act; body: Act | null }> {
  for (const act of run.acts) {
    yield { run, act, body: null }
    if (act.inside) yield* actsIn(act.inside)
    for (const kid of act.kids ?? []) {
      yield { run, act: kid, body: act }
      if (kid.inside) yield* actsIn(kid.inside)
    }
  }
}

export function* runsIn(run: ScopeRun): Generator<ScopeRun> {
  yield run
  for (const act of run.acts) for (const one of [act, ...(act.kids ?? [])]) if (one.inside) yield* runsIn(one.inside)
}

export const findAct = (state: State, uid: number) => [...actsIn(state.root)].find(({ act }) => act.uid === uid)
export const findRun = (state: State, uid: number) => [...runsIn(state.root)].find((run) => run.uid === uid)
export const ownerOf = (state: State, uid: number) => [...actsIn(state.root)].find(({ act }) => act.inside?.uid === uid)

/** Whose variables are seen from a place, the nearest first; the last is the process. */
function* around(state: State, run: ScopeRun, act: Act | null): Generator<Act | ScopeRun> {
  if (act) yield act
  yield run
  if (run.called) return
  const owner = ownerOf(state, run.uid)
  if (owner) yield* around(state, owner.run, owner.act)
}

export function read(state: State, run: ScopeRun, act: Act | null, name: string): unknown {
  for (const { vars } of around(state, run, act)) if (name in vars) return vars[name]
  return undefined
}

/** Sets a variable where it is, else in the process. */
export function write(state: State, run: ScopeRun, act: Act | null, name: string, value: unknown): void {
  let holder: Act | ScopeRun = run
  for (holder of around(state, run, act)) if (name in holder.vars) break
  holder.vars[name] = value
}

/** Everything that is seen from a place. */
export function allSeen(state: State, run: ScopeRun, act: Act | null): Variables {
  const seen: Variables = {}
  for (const { vars } of around(state, run, act))
    for (const [name, value] of Object.entries(vars)) if (!(name in seen)) seen[name] = value
  return seen
}
