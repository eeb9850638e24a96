import type { Clock } from '../../workflows/runtime/ports.ts'
import type { LimitClass } from './route.ts'

export interface Limit {
  requests: number
  seconds: number
}

/** By class of a route. `general` is what every request counts against, `account` the tries for one user name. */
export type Limits = Record<LimitClass | 'general' | 'account', Limit>

export const defaultLimits: Limits = {
  general: { requests: 1200, seconds: 60 },
  /** From one address and account, so that an attacker elsewhere locks nobody out. */
  account: { requests: 10, seconds: 15 * 60 },
  /** All accounts that one address tries, so that nobody guesses one password for everybody. */
  login: { requests: 100, seconds: 15 * 60 },
  search: { requests: 120, seconds: 60 },
  upload: { requests: 60, seconds: 60 },
  publish: { requests: 30, seconds: 60 },
}

export interface RateLimiter {
  /** Counts one request; answers the seconds to wait, 0 when it may go on. */
  take(limit: keyof Limits, caller: string): number
  /** Forgets what was counted: whoever signs in at last did not guess. */
  forgive(limit: keyof Limits, caller: string): void
}

const MOST_CALLERS = 50_000

/**
 * Fixed windows by caller, in memory. On the port's clock, so that tests move the time; a window starts with its first
 * request. When more callers come than are kept, the oldest windows go first.
 */
export function createRateLimiter(clock: Clock, limits: Limits): RateLimiter {
  const windows = new Map<string, { since: number; count: number }>()
  return {
    take(name, caller) {
      const limit = limits[name]
      const now = Date.parse(clock.now())
      const key = `${name}|${caller}`
      const window = windows.get(key)
      if (!window || now - window.since >= limit.seconds * 1000) {
        windows.delete(key)
        windows.set(key, { since: now, count: 1 })
        if (windows.size > MOST_CALLERS) windows.delete(windows.keys().next().value as string)
        return 0
      }
      window.count += 1
      return window.count <= limit.requests ? 0 : Math.max(1, Math.ceil(limit.seconds - (now - window.since) / 1000))
    },
    forgive(name, caller) {
      windows.delete(`${name}|${caller}`)
    },
  }
}

/** Lets everything pass, for load tests (RATE_LIMIT=0). */
export const noRateLimit: RateLimiter = { take: () => 0, forgive: () => {} }
