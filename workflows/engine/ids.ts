import type { SubscriptionState, TimerState } from './instance.ts'

export const timerIdOf = (instanceId: string, key: number, timer: Pick<TimerState, 'id'>) =>
  `${instanceId}:${key}:${timer.id}`
/** Of several definitions at one event each has an id of its own; the sign is none that an element id may have. */
export const waitIdOf = (at: string, index = 0) => (index === 0 ? at : `${at}~${index}`)

export const subscriptionIdOf = (instanceId: string, key: number, open: Pick<SubscriptionState, 'at' | 'index'>) =>
  `${instanceId}:${key}:${waitIdOf(open.at, open.index)}`

/** Reads an id made here: the element instance's key, and what follows it. */
export function partsOf(instanceId: string, id: string): { key: number; rest: string } | null {
  if (!id.startsWith(instanceId) || id[instanceId.length] !== ':') return null
  const tail = id.slice(instanceId.length + 1)
  const colon = tail.indexOf(':')
  const key = Number(colon < 0 ? tail : tail.slice(0, colon))
  return Number.isSafeInteger(key) ? { key, rest: colon < 0 ? '' : tail.slice(colon + 1) } : null
}
