import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/first-run',
    name: 'first-run',
    component: () => import('./FirstRunPage.vue'),
    meta: { public: true, title: 'firstRun.title' },
  },
]
