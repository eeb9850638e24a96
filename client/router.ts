import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'
import type { useSession } from './stores/session.ts'

declare module 'vue-router' {
  interface RouteMeta {
    /** No sign-in needed. */
    public?: boolean
    /** One of these roles is needed; absent means everybody who is signed in. */
    roles?: readonly string[]
    /** The entry of the rail that this page belongs to. */
    area?: string
    /** Key of the page's name, for the title of the window. */
    title?: string
    /** A page of the shop for its customers: the head shows the shop's name. */
    shop?: boolean
    /** The frame: the shell, the public frame with its head, or nothing. Public pages have the public one unless told. */
    frame?: 'shell' | 'public' | 'bare'
  }
}

/** Each area lists its routes in client/pages/<area>/routes.ts; the pages behind them load when they are opened. */
const areas = import.meta.glob<{ routes: RouteRecordRaw[] }>('./pages/*/routes.ts', { eager: true })

export const routes: RouteRecordRaw[] = [
  ...Object.values(areas).flatMap((area) => area.routes),
  {
    path: '/:rest(.*)*',
    name: 'not-found',
    component: () => import('./pages/NotFoundPage.vue'),
    meta: { public: true, title: 'notFound.title' },
  },
]

type Session = Pick<ReturnType<typeof useSession>, 'load' | 'user' | 'setup' | 'has'>

/** Where a person belongs who opens a page: there (true), or somewhere else first. */
export function admit(
  page: { name: unknown; fullPath: string; meta: { public?: boolean; roles?: readonly string[] } },
  session: Pick<Session, 'user' | 'setup' | 'has'>,
): true | { name: string; query?: Record<string, string>; params?: Record<string, string[]> } {
  if (session.setup?.needed && page.name !== 'first-run' && (!page.meta.public || page.name === 'login'))
    return { name: 'first-run' }
  if (page.name === 'first-run') return session.setup?.needed ? true : { name: session.user ? 'home' : 'login' }
  if (page.name === 'login' && session.user) return { name: 'home' }
  if (page.meta.public || (session.user && session.has(page.meta.roles ?? []))) return true
  if (session.user) return { name: 'not-found', params: { rest: page.fullPath.slice(1).split('/') } }
  return { name: 'login', query: page.fullPath === '/' ? {} : { to: page.fullPath } }
}

export function createPages(session: Session): Router {
  const router = createRouter({ history: createWebHistory(), routes })
  router.beforeEach(async (page) => {
    await session.load()
    return admit({ name: page.name, fullPath: page.fullPath, meta: page.meta }, session)
  })
  return router
}
