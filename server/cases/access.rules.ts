import type { ParsedProcess } from '../../workflows/model/definition.ts'

/** Who may read cases and act for them (pack §2.1); the holder of a task sees its case through the task. */
const deskRoles = [
  'cs-cancel',
  'cs-after',
  'cs-dispute',
  'cs-lead',
  'cs-head',
  'order-desk',
  'finance',
  'cashier',
  'owner',
  'admin',
  'compliance',
]

/** Roles that may open a case for a customer, and one for the shop itself. */
export const openerRoles = ['cs-cancel', 'cs-after', 'cs-lead', 'cs-head', 'order-desk', 'owner', 'admin']
export const merchantRoles = ['order-desk', 'cs-lead', 'cs-head', 'owner', 'admin']

/** Roles that a process names to see its cases, besides those who see all. */
export const seesCasesOf = ({ case: policy }: Pick<ParsedProcess, 'case'>, roles: readonly string[]): boolean =>
  readsAllCases(roles) || roles.some((role) => policy?.visibleTo.includes(role))

/** Whether a process lets somebody start it: whom it names, and whoever runs the shop; it names nobody: any opener. */
export function mayStart({ case: policy }: Pick<ParsedProcess, 'case'>, roles: readonly string[]): boolean {
  const named = policy?.startableBy ?? []
  return named.length === 0 || roles.some((role) => named.includes(role) || role === 'owner' || role === 'admin')
}

/** May this person read all cases? Others see those that they opened or handle. */
export const readsAllCases = (roles: readonly string[]): boolean => roles.some((role) => deskRoles.includes(role))

/** Variables that are told on the case page: the case's own documents, not the runner's bookkeeping. */
const shownVariables = [
  'req',
  'lines',
  'merchant',
  'refund',
  'canceled',
  'creditNote',
  'review',
  'stopPick',
  'choose',
  'level',
]

export function visibleData(variables: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => shownVariables.includes(name)))
}
