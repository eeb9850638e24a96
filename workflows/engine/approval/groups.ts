import type { WorkItem } from '../instance.ts'

export type Standing = 'pending' | 'approved' | 'rejected'

export const agrees = (item: WorkItem) => item.state === 'approved' || item.state === 'skipped'
export const isDecided = ({ state }: WorkItem) => state === 'approved' || state === 'rejected'
export const isPending = (item: WorkItem) => item.state === 'open' || item.state === 'waiting'

/** Whether somebody added somebody. A loop, as of all that each answer to a step with very many items asks. */
export function hasAdded(items: readonly WorkItem[]): boolean {
  for (const item of items) if (item.under !== undefined) return true
  return false
}

const worse: Record<Standing, number> = { approved: 0, pending: 1, rejected: 2 }

function standingOf(item: WorkItem): Standing | null {
  if (item.state === 'canceled') return null
  return item.state === 'rejected' ? 'rejected' : agrees(item) ? 'approved' : 'pending'
}

/** The item that an added signer belongs to in the end; of an original item itself. */
export function rootOf(item: WorkItem, byId: ReadonlyMap<string, WorkItem>): WorkItem {
  let root = item
  for (let above = byId.get(root.under ?? ''); above; above = byId.get(root.under ?? '')) root = above
  return root
}

export const byIds = (items: readonly WorkItem[]): ReadonlyMap<string, WorkItem> =>
  new Map(items.map((item) => [item.id, item]))

/**
 * How each original item stands together with the signers that its holder added: approved when all of them approved,
 * rejected when one rejects. Canceled items do not count; a group of nothing else is not there.
 */
export function standings(items: readonly WorkItem[]): ReadonlyMap<string, Standing> {
  const byId = hasAdded(items) ? byIds(items) : null
  const found = new Map<string, Standing>()
  for (const item of items) {
    const standing = standingOf(item)
    if (standing === null) continue
    const { id } = byId ? rootOf(item, byId) : item
    const before = found.get(id)
    if (before === undefined || worse[standing] > worse[before]) found.set(id, standing)
  }
  return found
}

/** How many original items stand how; where nobody added anybody each item stands for itself. */
export function countStandings(items: readonly WorkItem[]): Record<Standing, number> {
  const count: Record<Standing, number> = { pending: 0, approved: 0, rejected: 0 }
  if (hasAdded(items)) {
    for (const standing of standings(items).values()) count[standing] += 1
    return count
  }
  for (const item of items) {
    const standing = standingOf(item)
    if (standing !== null) count[standing] += 1
  }
  return count
}

/** How often somebody added somebody before this item came to be. */
export function depthOf(item: WorkItem, items: readonly WorkItem[]): number {
  const byId = byIds(items)
  let depth = 0
  for (let at = item; at.under !== undefined; depth++) {
    const above = byId.get(at.under)
    if (!above) break
    at = above
  }
  return depth
}

/** An item and everybody who was added because of it. */
export function familyOf(id: string, items: readonly WorkItem[]): ReadonlySet<string> {
  const family = new Set([id])
  for (let size = 0; size !== family.size;) {
    size = family.size
    for (const item of items) if (item.under !== undefined && family.has(item.under)) family.add(item.id)
  }
  return family
}
