import { ok } from '../model/problem.ts'
import type { Result } from '../model/problem.ts'
import type { Advance } from './advance.ts'
import type { Definitions } from './definitions.ts'
import type { SignalDocument, SubscriptionDocument } from './documents.ts'
import type { StartEvent } from './gatherings.ts'
import type { Clock, FollowUp, Log, Page, Store, Stored } from './ports.ts'

export interface SignalDependencies {
  store: Store
  clock: Clock
  log: Log
  advance: Advance
  definitions: Definitions
  /** Starts an instance at a signal start event; the id makes it happen once. */
  start(event: StartEvent): Promise<Result<unknown>>
}

export interface Signals {
  /** Broadcasts once per signal id, to all who wait for it now and to every process that it starts. Returns how many. */
  broadcast(signal: SignalDocument): Promise<number>
  /** Hands a stored signal to those who have not had it. */
  deliver(signalId: string): Promise<number>
  /** Goes on with what a crash left; after a start, and from time to time. */
  sweep(): Promise<number>
}

type Reached = NonNullable<SignalDocument['reached']>[number]

const attempts = 20

/** Signals on their way, each kept until everybody has it (BPMN 10.5.1). */
export function createSignals(deps: SignalDependencies): Signals {
  const { store, log, advance, definitions } = deps

  const write = ({ id, version }: Stored<SignalDocument>, data: SignalDocument, followUps: FollowUp[] = []) =>
    store.commit({ aggregate: { collection: 'signals', id, expectedVersion: version, data }, followUps })

  /** Everybody who waits for it, and every process that it starts: decided once, so that a crash changes nothing. */
  async function reach({ signalId, name, thrownBy }: SignalDocument): Promise<Reached[]> {
    const waiting = new Set<string>()
    const query = { filter: { messageName: name, correlationKey: '', kind: 'signal' }, limit: 1000 }
    for (let after: string | null = ''; after !== null;) {
      const page: Page<SubscriptionDocument> = await store.find<SubscriptionDocument>('subscriptions', {
        ...query,
        ...(after === '' ? {} : { after }),
      })
      for (const { data } of page.items) if (data.processInstanceId !== thrownBy) waiting.add(data.processInstanceId)
      after = page.next
    }
    const { signalStarts } = (await definitions.publications()).data
    const starts = signalStarts.filter((start) => start.signalName === name)
    return [
      ...[...waiting].map((processInstanceId) => ({ processInstanceId, start: null })),
      ...starts.map(({ processId, version, elementId, gathering }) => ({
        processInstanceId: `${signalId}:${processId}:${elementId}`,
        start: { processId, version, elementId, ...(gathering ? { gathering } : {}) },
      })),
    ]
  }

  /** Once: the mark is written in the instance's own commit. One that waits no longer has not missed anything. */
  async function handOver(signal: SignalDocument, { processInstanceId, start }: Reached): Promise<boolean> {
    const { signalId, name, variables } = signal
    if (start) {
      const { elementId: startElementId, processId, ...more } = start
      const result = await deps.start({ processInstanceId, startElementId, processId, variables, ...more })
      if (!result.ok) log.warn('signal.start_refused', { processId, code: result.refusal.code })
      return result.ok
    }
    const mark = `${signalId}:${processInstanceId}`
    const result = await advance.change(processInstanceId, {
      command: async (_, now) =>
        (await store.load('acts', mark)) ? ok(null) : { type: 'catchSignal', signalId, name, variables, now },
      followUps: [{ kind: 'insert', collection: 'acts', id: mark, data: { processInstanceId, asked: 'signal' } }],
    })
    if (!result.ok && result.refusal.code === 'instance.busy') throw new Error('The instance is busy')
    if (!result.ok) log.info('signal.not_taken', { signalId, processInstanceId, code: result.refusal.code })
    return result.ok
  }

  async function deliver(signalId: string): Promise<number> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const stored = await store.load<SignalDocument>('signals', signalId)
      if (!stored) return 0
      const { reached } = stored.data
      if (reached === null) {
        await write(stored, { ...stored.data, reached: await reach(stored.data) })
        continue
      }
      let count = 0
      for (const one of reached) if (await handOver(stored.data, one)) count += 1
      const followUps: FollowUp[] = [{ kind: 'remove', collection: 'signals', id: signalId }]
      if (stored.data.thrownBy === null) {
        const done = { processInstanceId: '', asked: 'broadcast' }
        followUps.push({ kind: 'insert', collection: 'acts', id: `signal:${signalId}`, data: done })
      }
      if ((await write(stored, stored.data, followUps)).ok) return count
    }
    throw new Error(`Too many write to signal ${signalId} at once`)
  }

  return {
    async broadcast(signal) {
      const { signalId: id } = signal
      if (await store.load('acts', `signal:${id}`)) return 0
      await store.commit({
        aggregate: { collection: 'signals', id, expectedVersion: 0, data: signal },
        followUps: [],
      })
      return deliver(id)
    },
    deliver,
    async sweep() {
      const { items } = await store.find<SignalDocument>('signals', { limit: 200 })
      for (const { id } of items) await deliver(id)
      return items.length
    },
  }
}
