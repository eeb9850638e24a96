import type { Static } from 'typebox'
import type { OrderPossibility } from '../../../server/contract/orders.ts'
import { merchantRoles, openerRoles } from '../cases/opener-roles.ts'

type Possibility = Static<typeof OrderPossibility>

/** A deed that may be started from an order: whether it may now, and why or why not. */
export interface Deed {
  readonly key: 'cancel' | 'merchantCancel'
  readonly enabled: boolean
  /** The server's sentence about the order; null when something else forbids it. */
  readonly why: Possibility['why'] | null
  /** What else forbids it: the person's role, or a case that is open already. */
  readonly bar: 'role' | 'openCase' | null
  readonly to: string
}

const starts = {
  cancel: { roles: openerRoles, kind: 'cancellation' },
  merchantCancel: { roles: merchantRoles, kind: 'merchantCancellation' },
} as const

/**
 * The deeds that exist, in the server's order; one that we do not know has no page and is left out. An order has one
 * open case at a time (case.already_open).
 */
export function deedsOf(
  orderNo: string,
  possibilities: readonly Possibility[],
  roles: readonly string[],
  openCase: string | null,
): Deed[] {
  return possibilities.flatMap(({ deed, possible, why }) => {
    const start = starts[deed as keyof typeof starts]
    if (!start) return []
    const allowed = start.roles.some((role) => roles.includes(role))
    const bar = !possible ? null : !allowed ? 'role' : openCase !== null ? 'openCase' : null
    return [
      {
        key: deed as Deed['key'],
        enabled: possible && bar === null,
        why: bar === null ? why : null,
        bar,
        to: `/cases/new?${new URLSearchParams({ order: orderNo, kind: start.kind })}`,
      },
    ]
  })
}
