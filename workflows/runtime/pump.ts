import type { Errands } from './errands.ts'
import type { InstanceChange } from './face.ts'
import { epochOf } from './instants.ts'
import type { ConditionStarts } from './condition-starts.ts'
import type { Gatherings } from './gatherings.ts'
import type { Jobs } from './jobs.ts'
import type { Messages } from './messages.ts'
import type { Clock, Log, Scheduler, Store } from './ports.ts'
import type { Signals } from './signals.ts'
import type { Timers } from './timers.ts'

export interface PumpDependencies {
  store: Store
  clock: Clock
  scheduler: Scheduler
  log: Log
  jobs: Jobs
  timers: Timers
  messages: Messages
  errands: Errands
  signals: Signals
  gatherings: Gatherings
  conditionStarts: ConditionStarts
  alone: boolean
}

/** What keeps the runtime going: looks at what is due, at once when a commit says so, else once in a while. */
export interface Pump {
  /** A step was committed: what it made is done next. */
  committed(change: InstanceChange): void
  /** Something will be due then. */
  due(instant: string): void
  isRunning(): boolean
  run(): void
  stop(): Promise<void>
  settle(): Promise<void>
}

/** Also without a hint: another server, or a crash, may have left something. */
const pollMilliseconds = 1000
const sweepMilliseconds = 60_000
const relayMilliseconds = 10_000

export function createPump(deps: PumpDependencies): Pump {
  const { store, clock, scheduler, log, jobs, timers, messages, errands, signals, gatherings, conditionStarts } = deps
  let running = false
  let turning: Promise<void> | null = null
  /** Something came due while a turn was looking: it may have looked past it. */
  let again = false
  let wake: { at: number; cancel(): void } | null = null
  let swept = -Infinity
  let relayed = -Infinity
  /** What the commits made, in order, until it is their turn. */
  let made: (() => Promise<unknown> | void)[] = []
  const inHand = new Set<Promise<unknown>>()

  const now = () => epochOf(clock.now())
  const isRunning = () => running

  async function guarded(name: string, work: () => Promise<unknown> | void): Promise<unknown> {
    try {
      return await work()
    } catch (error) {
      log.error('pump.broken', { what: name, error: String(error) })
      return 0
    }
  }

  function wakeAt(at: number): void {
    if (!running || (wake && wake.at <= at)) return
    wake?.cancel()
    // Longer than setTimeout can count would be at once.
    const handle = scheduler.after(Math.min(Math.max(0, at - now()), 2 ** 30), turn)
    wake = { at, cancel: () => handle.cancel() }
  }

  function dispatch(work: () => Promise<unknown> | void): void {
    if (!running) {
      made.push(work)
      return
    }
    const done: Promise<unknown> = guarded('follow-up', work).finally(() => inHand.delete(done))
    inHand.add(done)
  }

  async function fireAll(): Promise<void> {
    for (let fired = 1; fired > 0 && isRunning();) fired = await timers.fire()
  }

  async function once(): Promise<void> {
    const at = now()
    if (at - relayed >= relayMilliseconds) {
      relayed = at
      await guarded('relay', () => store.relay())
      await guarded('errands', errands.sweep)
    }
    await guarded('timers', fireAll)
    await guarded('jobs', jobs.work)
    if (at - swept >= sweepMilliseconds) {
      swept = at
      await guarded('messages', messages.sweep)
      await guarded('signals', signals.sweep)
      await guarded('gatherings', gatherings.sweep)
      await guarded('conditions', conditionStarts.sweep)
    }
    const next = await guarded('timers', timers.next)
    wakeAt(Math.min(now() + pollMilliseconds, typeof next === 'string' ? epochOf(next) : Infinity))
  }

  function turn(): void {
    wake?.cancel()
    wake = null
    if (!running) return
    if (turning) {
      again = true
      return
    }
    turning = once().finally(() => {
      turning = null
      if (!again) return
      again = false
      turn()
    })
  }

  async function settle(): Promise<void> {
    for (let done = 1; done > 0;) {
      done = made.length
      const before = made
      made = []
      for (const work of before) await guarded('follow-up', work)
      done += Number(await guarded('relay', () => store.relay()))
      done += Number(await guarded('errands', errands.sweep))
      done += Number(await guarded('timers', timers.fire))
      done += Number(await guarded('signals', signals.sweep))
      done += Number(await guarded('gatherings', gatherings.sweep))
      done += Number(await guarded('conditions', conditionStarts.sweep))
      done += Number(await guarded('jobs', jobs.work))
      await jobs.idle()
      while (inHand.size > 0) await Promise.all(inHand)
      done += made.length
    }
    await guarded('messages', messages.sweep)
    // What was kept for somebody, as a crash leaves it, may have set more going.
    if (made.length > 0) await settle()
  }

  return {
    committed({ requests }) {
      for (const request of requests) {
        if (request.type === 'armTimer') wakeAt(epochOf(request.dueAt))
        else if (request.type === 'publishMessage') dispatch(() => messages.deliver(request.messageId))
        else if ('errandId' in request) dispatch(() => errands.carryOut(request.errandId))
        else if (request.type === 'writeDataStore') dispatch(conditionStarts.sweep)
        else if (request.type === 'broadcastSignal') dispatch(() => signals.deliver(request.signalId))
        else if (request.type === 'openSubscription' && request.kind === 'message')
          dispatch(() => messages.opened(request))
      }
    },
    due: (instant) => wakeAt(epochOf(instant)),
    isRunning,

    run() {
      if (running) return
      running = true
      const before = made
      made = []
      for (const work of before) dispatch(work)
      if (deps.alone) dispatch(() => jobs.releaseAll().then(() => wakeAt(now())))
      wakeAt(now())
    },

    async stop() {
      running = false
      wake?.cancel()
      wake = null
      await turning
      while (inHand.size > 0) await Promise.all(inHand)
      await jobs.idle()
    },

    settle,
  }
}
