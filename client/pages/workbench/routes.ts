import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/workbench',
    name: 'workbench',
    component: () => import('./WorkbenchPage.vue'),
    meta: { area: 'workbench', title: 'workbench.title' },
  },
]
