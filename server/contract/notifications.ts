import Type, { type Static } from 'typebox'
import { Instant, Localized, Nullable } from './shared.ts'

/** Something that a colleague is told in the product itself. */
export const Notification = Type.Object({
  id: Type.String(),
  at: Instant,
  /** beforeDue, afterDue, escalated, cc, asked, answered, transferred, or the template of a process. */
  why: Type.String(),
  text: Localized,
  taskId: Nullable(Type.String()),
  caseNo: Nullable(Type.String()),
  readAt: Nullable(Instant),
})
export type Notification = Static<typeof Notification>

export const NotificationList = Type.Object({
  items: Type.Array(Notification),
  next: Nullable(Type.String()),
  unread: Type.Integer(),
})

/**
 * What was said to a customer outside of the product. The sandbox channel records what a real one (SMS, mail) would
 * send; nothing leaves the machine.
 */
export const OutgoingMessage = Type.Object({
  id: Type.String(),
  at: Instant,
  channel: Type.Literal('sandbox'),
  /** Masked. */
  to: Type.String(),
  template: Type.String(),
  text: Type.String(),
  caseNo: Nullable(Type.String()),
  orderNo: Nullable(Type.String()),
})
export type OutgoingMessage = Static<typeof OutgoingMessage>

export const AuditItem = Type.Object({
  id: Type.String(),
  at: Instant,
  by: Type.String(),
  action: Type.String(),
  subject: Type.String(),
  details: Type.Record(Type.String(), Type.Unknown()),
})
