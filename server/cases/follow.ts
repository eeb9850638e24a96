import type { Actor } from '../http/route.ts'
import { readsAllCases } from './access.rules.ts'
import { mayReadCase, type CaseReading } from './read.ts'
import { caseByNumber, findCases } from './store.ts'

/**
 * Whether somebody may follow a topic of the live events, or read the files that belong to it. The inboxes and lists
 * only say that something changed; a case is for whoever may open its page, an order for whoever works with orders or
 * may open one of its cases. A customer follows the case or the order of her link.
 */
export async function mayFollow(deps: CaseReading, actor: Actor, topic: string): Promise<boolean> {
  const [kind, id] = topic.split(':')
  if (actor.kind === 'customer') {
    const { scope } = actor
    return 'caseNo' in scope ? topic === `case:${scope.caseNo}` : topic === `order:${scope.orderNo}`
  }
  if (actor.kind !== 'user') return false
  if (id === undefined) return topic === 'tasks' || topic === 'orders' || topic === 'cases'
  if (kind === 'notifications') return id === actor.userId
  if (kind === 'case') {
    const record = await caseByNumber(deps.store, id)
    return record !== null && (await mayReadCase(deps, record, actor))
  }
  if (kind !== 'order') return false
  if (readsAllCases(actor.roles) || actor.roles.some((role) => orderRoles.includes(role))) return true
  const cases = await findCases(deps.store, { filter: { orderNo: id }, limit: 50 })
  for (const { data } of cases.items) if (await mayReadCase(deps, data, actor)) return true
  return false
}

/** Work with orders, not with cases. */
const orderRoles = ['warehouse', 'inspector', 'logistics']
