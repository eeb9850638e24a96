import { ok } from '../model/problem.ts'
import type { Result } from '../model/problem.ts'
import type { Advance } from './advance.ts'
import type { Definitions } from './definitions.ts'
import type { MessageDocument, SubscriptionDocument } from './documents.ts'
import type { StartEvent } from './gatherings.ts'
import type { Clock, FollowUp, Log, Store, Stored } from './ports.ts'

export interface MessageDependencies {
  store: Store
  clock: Clock
  log: Log
  advance: Advance
  definitions: Definitions
  /** Starts an instance at a message start event; the id makes it happen once. */
  start(event: StartEvent): Promise<Result<unknown>>
}

export interface Messages {
  /** Publishes once per message id, and hands it to whoever waits for it now. Returns how many got it, ever. */
  publish(message: MessageDocument): Promise<number>
  /** Hands a stored message to whoever waits for it and has not had it. */
  deliver(messageId: string): Promise<void>
  /** A subscription was opened: a message may have come before it. */
  opened(subscription: { messageName: string; correlationKey: string }): Promise<void>
  /** Delivers what is still kept, and drops what has expired; after a start, and from time to time. */
  sweep(): Promise<number>
}

type Claim = MessageDocument['claims'][number]

const attempts = 20

/** How often a process is asked again whose subscription closed before the message reached it. */
const claimAttempts = 10

export function createMessages(deps: MessageDependencies): Messages {
  const { store, clock, log, advance, definitions } = deps

  const read = (messageId: string) => store.load<MessageDocument>('messages', messageId)

  const write = ({ id, version }: Stored<MessageDocument>, data: MessageDocument, followUps: FollowUp[] = []) =>
    store.commit({ aggregate: { collection: 'messages', id, expectedVersion: version, data }, followUps })

  /** Changes the message's claims; on a conflict again with what another writer left. */
  async function setClaims(
    messageId: string,
    next: (message: MessageDocument) => Claim[] | null,
  ): Promise<MessageDocument | null> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const stored = await read(messageId)
      if (!stored) return null
      const claims = next(stored.data)
      if (!claims) return stored.data
      const data = { ...stored.data, claims }
      if ((await write(stored, data)).ok) return data
    }
    throw new Error(`Too many write to message ${messageId} at once`)
  }

  /** Everybody who waits for the message: by name with its key, or with no key at all. */
  async function waiting({ name, correlationKey }: MessageDocument): Promise<SubscriptionDocument[]> {
    const filter = {
      messageName: name,
      correlationKey: { $in: [...new Set([correlationKey, ''])] },
      kind: { $ne: 'signal' },
    }
    const { items } = await store.find<SubscriptionDocument>('subscriptions', {
      filter,
      sort: [['openedAt', 1]],
      limit: 1000,
    })
    const place = (one: SubscriptionDocument) => one.order ?? 0
    return items
      .map(({ data }) => data)
      .toSorted((a, b) => (a.openedAt < b.openedAt ? -1 : a.openedAt > b.openedAt ? 1 : place(a) - place(b)))
  }

  /** Decides who gets the message: the one that has waited longest of each process, and each process that it starts. */
  async function decide(message: MessageDocument, closed: ReadonlySet<string>): Promise<Claim[]> {
    const claims = [...message.claims]
    const has = (processId: string) => claims.some((claim) => claim.processId === processId)
    for (const { processId, subscriptionId, processInstanceId } of await waiting(message))
      if (!has(processId) && !closed.has(subscriptionId))
        claims.push({ processId, subscriptionId, processInstanceId, delivered: false })
    const { messageStarts } = (await definitions.publications()).data
    for (const { processId, messageName } of messageStarts) {
      const processInstanceId = `${message.messageId}:${processId}`
      if (messageName === message.name && !has(processId))
        claims.push({ processId, subscriptionId: null, processInstanceId, delivered: false })
    }
    return claims
  }

  async function begin(message: MessageDocument, { processId, processInstanceId }: Claim): Promise<boolean> {
    const { messageStarts } = (await definitions.publications()).data
    const start = messageStarts.find((one) => one.processId === processId && one.messageName === message.name)
    if (!start) return false
    const { version, elementId: startElementId, gathering } = start
    const { variables, correlationKey } = message
    const result = await deps.start({
      processInstanceId,
      startElementId,
      processId,
      version,
      variables,
      correlationKey,
      ...(gathering ? { gathering } : {}),
    })
    if (!result.ok) log.warn('message.start_refused', { processId, code: result.refusal.code })
    return result.ok
  }

  /** Hands the message over, once: the mark is written in the instance's own commit. False when nobody waits any more. */
  async function handOver(message: MessageDocument, claim: Claim): Promise<boolean> {
    const { subscriptionId, processInstanceId } = claim
    if (subscriptionId === null) return begin(message, claim)
    const { messageId, variables } = message
    const mark = `${messageId}:${subscriptionId}`
    const followUps: FollowUp[] = [
      { kind: 'insert', collection: 'acts', id: mark, data: { processInstanceId, asked: 'message' } },
    ]
    const result = await advance.change(processInstanceId, {
      command: async (_, now) =>
        (await store.load('acts', mark))
          ? ok(null)
          : { type: 'correlateMessage', subscriptionId, messageId, variables, now },
      followUps,
    })
    if (!result.ok) log.info('message.not_taken', { messageId, subscriptionId, code: result.refusal.code })
    if (!result.ok && result.refusal.code === 'instance.busy') throw new Error('The instance is busy')
    return result.ok
  }

  async function deliver(messageId: string, always: boolean): Promise<number> {
    const closed = new Set<string>()
    for (let attempt = 0; attempt < claimAttempts; attempt += 1) {
      const stored = await read(messageId)
      if (!stored) return 0
      const expired = stored.data.expiresAt <= clock.now() && !always
      const claims = expired ? stored.data.claims : await decide(stored.data, closed)
      const grew = claims.length > stored.data.claims.length
      if (grew && !(await write(stored, { ...stored.data, claims })).ok) continue
      const open = claims.filter((claim) => !claim.delivered)
      if (open.length === 0) return claims.length
      const taken = new Set<Claim>()
      for (const claim of open) {
        if (await handOver(stored.data, claim)) taken.add(claim)
        else if (claim.subscriptionId !== null) closed.add(claim.subscriptionId)
      }
      const isOf = (claim: Claim) => (one: Claim) =>
        one.processId === claim.processId && one.subscriptionId === claim.subscriptionId
      await setClaims(messageId, (message) =>
        message.claims.flatMap((claim) => {
          const mine = open.find(isOf(claim))
          if (!mine || claim.delivered) return [claim]
          return taken.has(mine) ? [{ ...claim, delivered: true }] : []
        }),
      )
      // A start event that refused the message would refuse it again.
      if (open.every((claim) => taken.has(claim) || claim.subscriptionId === null))
        return claims.length - open.length + taken.size
    }
    return (await read(messageId))?.data.claims.length ?? 0
  }

  return {
    async publish(message) {
      const { messageId: id } = message
      await store.commit({
        aggregate: { collection: 'messages', id, expectedVersion: 0, data: message },
        followUps: [],
      })
      return deliver(id, (await read(id))?.version === 1)
    },

    deliver: async (messageId) => void (await deliver(messageId, true)),

    async opened({ messageName, correlationKey }) {
      const filter = {
        name: messageName,
        ...(correlationKey === '' ? {} : { correlationKey }),
        expiresAt: { $gt: clock.now() },
      }
      const { items } = await store.find<MessageDocument>('messages', {
        filter,
        sort: [['publishedAt', 1]],
        limit: 1000,
      })
      for (const { id } of items) await deliver(id, false)
    },

    async sweep() {
      let done = 0
      for (let after: string | null = ''; after !== null;) {
        const query = { limit: 200, ...(after === '' ? {} : { after }) }
        const page: Awaited<ReturnType<typeof store.find<MessageDocument>>> = await store.find<MessageDocument>(
          'messages',
          query,
        )
        for (const stored of page.items) {
          const { data } = stored
          const fresh = data.claims.length === 0 && data.expiresAt === data.publishedAt
          if (data.claims.some((claim) => !claim.delivered) || data.expiresAt > clock.now() || fresh)
            await deliver(stored.id, fresh)
          const now = await read(stored.id)
          if (now && now.data.expiresAt <= clock.now() && now.data.claims.every((claim) => claim.delivered)) {
            await write(now, now.data, [{ kind: 'remove', collection: 'messages', id: now.id }])
            done += 1
          }
        }
        after = page.next
      }
      return done
    },
  }
}
