import { addDuration, parseDuration } from '../engine/timers.ts'
import { ok } from '../model/problem.ts'
import type { Result, Sentence } from '../model/problem.ts'
import type { Advance } from './advance.ts'
import type { IncidentDocument } from './documents.ts'
import type { Job, JobDocument, JobOutcome, Worker } from './face.ts'
import { later } from './instants.ts'
import type { Clock, Filter, FollowUp, Log, Path, Store, Stored } from './ports.ts'
import { refusals } from './refusals.ts'

const leaseMilliseconds = 60_000
/** A job that took the whole process down this often is not given to a worker again (reliability R13). */
const poisonousLapses = 3
const firstBackoff = 1000
const longestBackoff = 3600_000
const busy = 'instance.busy'

/** The reason of a failed attempt in one language; a worker's own words are the same in both. */
const said = (message: string | Sentence, language: keyof Sentence) =>
  typeof message === 'string' ? message : message[language]

export interface JobDependencies {
  store: Store
  clock: Clock
  log: Log
  advance: Advance
  timeZone: string
  /** Jobs in the hands of workers at once. */
  concurrency: number
  /** No other process can claim a job. */
  alone: boolean
  /** Told when a job will be due. */
  due(instant: string): void
}

export interface Jobs {
  register(jobType: string, worker: Worker): void
  /**
   * A job that is about to be written: claimed by the very write that makes it, when there is a hand and a worker. Gives
   * the document to write; `begin` or `release` must follow.
   */
  reserve(job: JobDocument): JobDocument
  /** The write is there: works on what it reserved. */
  begin(job: JobDocument): void
  /** The write did not come to be. */
  release(jobId: string): void
  /** Works on everything that is due; returns how many jobs. */
  work(): Promise<number>
  /** Leases of a process that is known to be dead run out now; only where no other process shares the store. */
  releaseAll(): Promise<void>
  /** Answers a waiting job in place of a worker; `retries` says how many attempts are left after a failure. */
  answer(jobId: string, outcome: JobOutcome, retries?: number): Promise<Result<null>>
  /** Lets a domain's job that gave up try again. */
  revive(jobId: string, incident: IncidentDocument): Promise<boolean>
  /** Waits until no job is in hand. */
  idle(): Promise<void>
}

const domainIncidentId = (jobId: string, attempts: number) => `${jobId}:incident-${attempts}`

const jobOf = (document: JobDocument): Job => ({
  id: document.id,
  jobType: document.jobType,
  processInstanceId: document.processInstanceId,
  businessKey: document.businessKey,
  elementId: document.elementId,
  headers: document.headers,
  variables: document.variables,
  attempt: document.attempts,
  idempotencyKey: document.effectKey ?? document.id,
})

/** An instance makes each of its jobs in one commit; a domain may ask for the same effect again. */
const gone = ({ id, processInstanceId }: JobDocument): FollowUp => ({
  kind: 'remove',
  collection: 'jobs',
  id,
  own: processInstanceId !== null,
})

export function createJobs(deps: JobDependencies): Jobs {
  const { store, clock, log, advance } = deps
  const workers = new Map<string, Worker>()
  const inHand = new Map<string, Promise<void>>()
  const reserved = new Set<string>()
  /** A job found every hand full: the next hand that comes free looks again. */
  let turnedAway = false
  /** Some job has a priority; null: nobody has looked. */
  let ranked: boolean | null = null

  const write = (document: JobDocument, expectedVersion: number, followUps: FollowUp[] = []) =>
    store.commit({ aggregate: { collection: 'jobs', id: document.id, expectedVersion, data: document }, followUps })

  /** A job that is over leaves no row, only the mark that it is not to be made again. */
  const finish = (document: JobDocument, version: number, state: JobDocument['state']) =>
    write({ ...document, state, leaseUntil: null }, version, [gone(document)])

  function backoff({ attempts }: JobDocument, now: string, retryAfter: string | undefined): string {
    const duration = retryAfter === undefined ? null : parseDuration(retryAfter)
    const asked = duration && addDuration(now, duration, deps.timeZone)
    return asked ?? later(now, Math.min(longestBackoff, firstBackoff * 4 ** (attempts - 1)))
  }

  /** All attempts are used up: the element, or the domain, has an incident. */
  async function giveUp(document: JobDocument, version: number, message: string | Sentence): Promise<void> {
    const { id: jobId, processInstanceId } = document
    log.warn('job.gave_up', { jobId, jobType: document.jobType, attempts: document.attempts })
    if (processInstanceId !== null) {
      const result = await advance.change(processInstanceId, {
        command: (_, now) => ({ type: 'exhaustJob', jobId, message, now }),
        followUps: [gone(document)],
      })
      if (result.ok) return
      if (result.refusal.code !== busy) return discard(document, version, result.refusal.code)
      // No worker gets it again: the lease that runs out soon is its last one.
      const leaseUntil = later(clock.now(), firstBackoff)
      const written = await write({ ...document, retries: document.attempts, leaseUntil }, version)
      if (written.ok) deps.due(leaseUntil)
      return
    }
    const incident: IncidentDocument = {
      incidentId: domainIncidentId(jobId, document.attempts),
      processInstanceId: null,
      jobId,
      elementId: document.jobType,
      code: 'job.no_retries',
      message: {
        zh: `任务「${document.jobType}」多次尝试都没有成功：${said(message, 'zh')}`,
        en: `The job "${document.jobType}" failed at every attempt: ${said(message, 'en')}`,
      },
      at: clock.now(),
      state: 'open',
    }
    await write({ ...document, state: 'failed', leaseUntil: null, lastError: said(message, 'en') }, version, [
      { kind: 'insert', collection: 'incidents', id: incident.incidentId, data: incident },
    ])
  }

  /** The instance does not wait for this job any more. */
  async function discard(document: JobDocument, version: number, why: string): Promise<void> {
    log.info('job.discarded', { jobId: document.id, why })
    await finish(document, version, 'canceled')
  }

  /** The instance was changed by others at the same moment: that is nobody's failure (reliability R6), so it comes again. */
  async function postpone(document: JobDocument, version: number): Promise<void> {
    const dueAt = later(clock.now(), firstBackoff)
    log.info('job.postponed', { jobId: document.id, dueAt })
    const attempts = document.attempts - 1
    const written = await write({ ...document, state: 'waiting', attempts, leaseUntil: null, dueAt }, version)
    if (written.ok) deps.due(dueAt)
  }

  async function failed(document: JobDocument, version: number, outcome: Extract<JobOutcome, { kind: 'fail' }>) {
    if (outcome.final || document.attempts >= document.retries) return giveUp(document, version, outcome.message)
    const message = said(outcome.message, 'en')
    const dueAt = backoff(document, clock.now(), outcome.retryAfter)
    log.info('job.failed', { jobId: document.id, attempt: document.attempts, message, dueAt })
    const written = await write({ ...document, state: 'waiting', leaseUntil: null, lastError: message, dueAt }, version)
    if (written.ok) deps.due(dueAt)
  }

  /** Somebody else has the job by now, or it is gone (reliability R5). */
  async function isStale({ id }: JobDocument, version: number): Promise<boolean> {
    return (await store.load<JobDocument>('jobs', id))?.version !== version
  }

  /** Alone, nobody claims a lease that still runs. */
  const holdsLease = ({ leaseUntil }: JobDocument) => deps.alone && leaseUntil !== null && clock.now() < leaseUntil

  /** False when it comes again, because its instance was busy. */
  async function settleOutcome(document: JobDocument, version: number, outcome: JobOutcome): Promise<boolean> {
    const { id: jobId, processInstanceId } = document
    if (!holdsLease(document) && (await isStale(document, version))) {
      log.warn('job.stale', { jobId, attempt: document.attempts, outcome: outcome.kind })
      return true
    }
    if (outcome.kind === 'fail') {
      await failed(document, version, outcome)
      return true
    }
    if (processInstanceId === null) {
      if (outcome.kind === 'error') await giveUp(document, version, `${outcome.code}: ${outcome.message}`)
      else await finish(document, version, 'completed')
      return true
    }
    const variables = outcome.variables ?? {}
    const result = await advance.change(processInstanceId, {
      command: (_, now) =>
        outcome.kind === 'complete'
          ? { type: 'completeJob', jobId, variables, ...(outcome.result && { result: outcome.result }), now }
          : { type: 'throwError', jobId, code: outcome.code, message: outcome.message, variables, now },
      followUps: [gone(document)],
    })
    if (result.ok) return true
    const { code, message } = result.refusal
    if (code === busy) await postpone(document, version)
    else if (code.startsWith('job.') || code.startsWith('instance.')) await discard(document, version, code)
    // The answer itself was refused, for a name that no variable may have: that is a failed attempt.
    else await failed(document, version, { kind: 'fail', message })
    return code !== busy
  }

  async function perform(worker: Worker, document: JobDocument, version: number): Promise<void> {
    let outcome: JobOutcome
    try {
      outcome = await worker(jobOf(document))
    } catch (error) {
      outcome = { kind: 'fail', message: error instanceof Error ? error.message : String(error) }
    }
    await settleOutcome(document, version, outcome)
  }

  /** Claims by compare-and-set: the version is the fence, the attempt counts from here (reliability R5, R13). */
  async function claim(document: JobDocument, version: number): Promise<void> {
    const worker = workers.get(document.jobType)
    if (!worker) return
    const lapsed = document.state === 'leased'
    const lapses = (document.lapses ?? 0) + (lapsed ? 1 : 0)
    if (lapsed && (lapses >= poisonousLapses || document.attempts >= document.retries))
      return giveUp({ ...document, lapses }, version, {
        zh: '执行任务的程序没有回话',
        en: 'the worker never answered',
      })
    const claimed: JobDocument = {
      ...document,
      state: 'leased',
      attempts: document.attempts + 1,
      leaseUntil: later(clock.now(), leaseMilliseconds),
      ...(lapses > 0 ? { lapses } : {}),
    }
    const written = await write(claimed, version)
    if (written.ok) await perform(worker, claimed, written.version)
  }

  function hold(id: string, work: () => Promise<void>): void {
    const done = work()
      .catch((error: unknown) => log.error('job.broken', { jobId: id, error: String(error) }))
      .finally(() => {
        inHand.delete(id)
        if (!turnedAway) return
        turnedAway = false
        deps.due(clock.now())
      })
    inHand.set(id, done)
  }

  function isFree(id: string): boolean {
    if (inHand.has(id) || reserved.has(id)) return false
    if (inHand.size + reserved.size < deps.concurrency) return true
    turnedAway = true
    return false
  }

  function take(document: JobDocument, version: number): boolean {
    if (!isFree(document.id)) return false
    hold(document.id, () => claim(document, version))
    return true
  }

  /** Whether a job may have a priority: looked up once, then known, unless others write jobs too. */
  async function isRanked(): Promise<boolean> {
    if (!deps.alone) return true
    ranked ??= (await store.count('jobs', { $or: [{ priority: { $gt: 0 } }, { priority: { $lt: 0 } }] })) > 0
    return ranked
  }

  /** What is due, in the order in which hands take it: the urgent before the usual, the oldest first. */
  async function dueJobs(now: string): Promise<Stored<JobDocument>[]> {
    const jobType = { $in: [...workers.keys()] }
    const page = (filter: Filter, ...sort: [Path, 1 | -1][]) =>
      store.find<JobDocument>('jobs', { filter: { ...filter, jobType }, sort, limit: 100 })
    const waiting = { state: 'waiting', dueAt: { $lte: now } }
    const waits = (await isRanked())
      ? [
          page({ ...waiting, priority: { $gt: 0 } }, ['priority', -1], ['dueAt', 1]),
          page({ ...waiting, priority: null }, ['dueAt', 1]),
          page({ ...waiting, priority: { $lt: 0 } }, ['priority', -1], ['dueAt', 1]),
        ]
      : [page(waiting, ['dueAt', 1])]
    const pages = await Promise.all([...waits, page({ state: 'leased', leaseUntil: { $lte: now } }, ['leaseUntil', 1])])
    return pages.flatMap(({ items }) => items)
  }

  return {
    register(jobType, worker) {
      workers.set(jobType, worker)
    },
    reserve(job) {
      if (job.priority !== undefined) ranked = true
      if (!workers.has(job.jobType) || !isFree(job.id)) return job
      reserved.add(job.id)
      return { ...job, state: 'leased', attempts: 1, leaseUntil: later(job.dueAt, leaseMilliseconds) }
    },
    begin(job) {
      const worker = workers.get(job.jobType)
      if (reserved.delete(job.id) && worker) hold(job.id, () => perform(worker, job, 1))
    },
    release: (jobId) => void reserved.delete(jobId),
    async work() {
      let taken = 0
      for (const { data, version } of await dueJobs(clock.now())) if (take(data, version)) taken += 1
      return taken
    },
    async releaseAll() {
      const now = clock.now()
      for (;;) {
        const filter = { state: 'leased', leaseUntil: { $gt: now } }
        const { items } = await store.find<JobDocument>('jobs', { filter, limit: 100 })
        for (const { data, version } of items) await write({ ...data, leaseUntil: now }, version)
        if (items.length === 0) return
      }
    },
    async answer(jobId, outcome, retries) {
      const stored = await store.load<JobDocument>('jobs', jobId)
      if (stored?.data.state !== 'waiting') return refusals.jobUnknown()
      const { data, version } = stored
      const attempts = data.attempts + 1
      const claimed: JobDocument = {
        ...data,
        state: 'leased',
        attempts,
        leaseUntil: later(clock.now(), leaseMilliseconds),
        ...(retries !== undefined && { retries: attempts + retries }),
      }
      const written = await write(claimed, version)
      if (!written.ok) return refusals.jobUnknown()
      return (await settleOutcome(claimed, written.version, outcome)) ? ok(null) : refusals.instanceBusy()
    },
    async revive(jobId, incident) {
      const stored = await store.load<JobDocument>('jobs', jobId)
      if (stored?.data.state !== 'failed') return false
      const dueAt = clock.now()
      const resolved: IncidentDocument = { ...incident, state: 'resolved' }
      const retries = stored.data.retries + stored.data.attempts
      const written = await write({ ...stored.data, state: 'waiting', dueAt, retries, lapses: 0 }, stored.version, [
        { kind: 'put', collection: 'incidents', id: incident.incidentId, data: resolved, revision: stored.version },
      ])
      if (written.ok) deps.due(dueAt)
      return written.ok
    },
    async idle() {
      while (inHand.size > 0) await Promise.all(inHand.values())
    },
  }
}
