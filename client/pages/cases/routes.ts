import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/cases',
    name: 'cases',
    component: () => import('./CasesPage.vue'),
    meta: { area: 'cases', title: 'cases.title' },
  },
  {
    path: '/cases/:caseNo',
    name: 'case',
    component: () => import('./CasePage.vue'),
    props: true,
    meta: { area: 'cases', title: 'cases.title' },
  },
]
