import type { CollectionSpec, FollowUp, Query, Store } from '../../workflows/runtime/ports.ts'
import type { Sentence } from '../../workflows/model/problem.ts'
import type { OutgoingMessage } from '../contract/notifications.ts'

/** One colleague's notification. Collection `notifications`. */
export interface NotificationDocument {
  to: string
  at: string
  why: string
  text: Sentence
  taskId: string | null
  caseNo: string | null
  readAt: string | null
}

export const notificationCollections: CollectionSpec[] = [
  { name: 'notifications', indexes: [{ fields: ['to', 'at'] }, { fields: ['to', 'readAt'] }] },
  { name: 'outgoingMessages', indexes: [{ fields: ['at'] }, { fields: ['caseNo', 'at'] }] },
]

/** As a follow-up of what it tells, so that nobody is told of something that did not happen, nor twice. */
export function notificationFollowUp(id: string, notification: NotificationDocument): FollowUp {
  return { kind: 'insert', collection: 'notifications', id: `${id}:${notification.to}`, data: notification }
}

export type NotificationsStore = ReturnType<typeof createNotificationsStore>

export function createNotificationsStore(store: Store) {
  const add = async (collection: string, id: string, data: unknown, followUps: FollowUp[] = []) =>
    (await store.commit({ aggregate: { collection, id, expectedVersion: 0, data }, followUps })).ok
  return {
    /** False when it was told before. */
    add: (id: string, data: NotificationDocument) => add('notifications', `${id}:${data.to}`, data),
    addOutgoing: (data: OutgoingMessage) => add('outgoingMessages', data.id, data),
    of: (to: string, query: Omit<Query, 'filter' | 'sort'>) =>
      store.find<NotificationDocument>('notifications', { ...query, filter: { to }, sort: [['at', -1]] }),
    unreadOf: (to: string, limit: number) =>
      store.find<NotificationDocument>('notifications', { filter: { to, readAt: null }, limit }),
    countUnread: (to: string) => store.count('notifications', { to, readAt: null }),
    load: (id: string) => store.load<NotificationDocument>('notifications', id),
    save: async (id: string, expectedVersion: number, data: NotificationDocument) =>
      (await store.commit({ aggregate: { collection: 'notifications', id, expectedVersion, data }, followUps: [] })).ok,
    outgoing: (query: Query) => store.find<OutgoingMessage>('outgoingMessages', { ...query, sort: [['at', -1]] }),
  }
}
