import { Activity, ChartColumn, Inbox, PenTool, ReceiptText, Settings, Undo2, UserRound, Warehouse } from '@lucide/vue'
import type { Component } from 'vue'
import { stockReaders } from './goods/stock-roles.ts'
import { incidentRoles } from './operations/incident-roles.ts'
import { orderReaders } from './orders/order-roles.ts'

/** One area of the product in the rail. It appears when its route exists and the person has one of the roles. */
export interface NavigationEntry {
  /** Also the `area` in the meta of its routes, and its word in i18n `navigation`. */
  readonly key: string
  readonly route: string
  readonly icon: Component
  /** Whoever has one of these sees it; empty means everybody who is signed in. */
  readonly roles: readonly string[]
  /** Place in the bottom bar of a phone, from the left; absent means not there. */
  readonly phone?: number
  readonly foot?: boolean
}

const configuring = ['admin', 'owner']

export const navigation: readonly NavigationEntry[] = [
  { key: 'workbench', route: 'workbench', icon: Inbox, roles: [], phone: 1 },
  { key: 'orders', route: 'orders', icon: ReceiptText, roles: orderReaders, phone: 2 },
  { key: 'cases', route: 'cases', icon: Undo2, roles: [], phone: 3 },
  { key: 'goods', route: 'goods', icon: Warehouse, roles: stockReaders },
  { key: 'studio', route: 'studio', icon: PenTool, roles: configuring },
  { key: 'operations', route: 'operations', icon: Activity, roles: incidentRoles },
  { key: 'insight', route: 'insight', icon: ChartColumn, roles: ['admin', 'owner', 'cs-head', 'cs-lead', 'finance'] },
  { key: 'settings', route: 'settings', icon: Settings, roles: ['admin'], foot: true },
  { key: 'profile', route: 'profile', icon: UserRound, roles: [], phone: 4 },
]

/** The entries that a person meets: in the rail, or in the bar of a phone, in their order. */
export function entriesFor(
  place: 'rail' | 'phone',
  has: (roles: readonly string[]) => boolean,
  exists: (route: string) => boolean,
): NavigationEntry[] {
  const seen = navigation.filter((entry) => has(entry.roles) && exists(entry.route))
  if (place === 'rail') return seen.filter((entry) => entry.key !== 'profile')
  return seen.filter((entry) => entry.phone !== undefined).sort((a, b) => a.phone! - b.phone!)
}
