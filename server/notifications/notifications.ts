import type { Sentence } from '../../workflows/model/problem.ts'
import type { Clock } from '../../workflows/runtime/ports.ts'
import type { NotificationsStore } from './notifications-store.ts'

export interface StaffMessage {
  /** Deterministic (a job's idempotency key), so that it is told once. */
  id: string
  to: readonly string[]
  why: string
  text: Sentence
  taskId?: string | null
  caseNo?: string | null
}

export interface CustomerMessage {
  /** Deterministic (a job's idempotency key), so that it is sent once. */
  id: string
  /** Phone or mail address; only its masked form is kept. */
  to: string
  template: string
  text: string
  caseNo?: string | null
  orderNo?: string | null
}

/** Tells colleagues in the product, and customers over the channel at hand (for now: the sandbox). */
export interface Notifications {
  /** Answers how many had not been told before. */
  tellStaff(message: StaffMessage): Promise<number>
  /** False when this message was sent before. */
  tellCustomer(message: CustomerMessage): Promise<boolean>
}

export function createNotifications(
  store: NotificationsStore,
  clock: Clock,
  told: (userId: string) => void,
): Notifications {
  return {
    async tellStaff({ id, to, why, text, taskId = null, caseNo = null }) {
      let fresh = 0
      for (const userId of new Set(to)) {
        const notification = { to: userId, at: clock.now(), why, text, taskId, caseNo, readAt: null }
        if (!(await store.add(id, notification))) continue
        fresh += 1
        told(userId)
      }
      return fresh
    },
    tellCustomer: ({ id, to, template, text, caseNo = null, orderNo = null }) =>
      store.addOutgoing({ id, at: clock.now(), channel: 'sandbox', to: masked(to), template, text, caseNo, orderNo }),
  }
}

/** `13812345678` to `138****5678`, `li@example.com` to `l***@example.com`. */
export function masked(address: string): string {
  const at = address.indexOf('@')
  if (at > 0) return `${address.slice(0, 1)}***${address.slice(at)}`
  return address.length < 8 ? '****' : `${address.slice(0, 3)}****${address.slice(-4)}`
}
