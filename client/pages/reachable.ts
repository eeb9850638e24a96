import type { RouteLocationRaw, Router } from 'vue-router'

/** The page to link to, or null when it does not exist or this person would not be let in. */
export function reachable(
  router: Router,
  has: (roles: readonly string[]) => boolean,
  name: string,
  params: Record<string, string>,
): RouteLocationRaw | null {
  if (!router.hasRoute(name)) return null
  return has(router.resolve({ name, params }).meta.roles ?? []) ? { name, params } : null
}
