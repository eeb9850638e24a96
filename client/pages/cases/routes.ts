import type { RouteRecordRaw } from 'vue-router'
import { openerRoles } from './opener-roles.ts'

export const routes: RouteRecordRaw[] = [
  {
    path: '/cases',
    name: 'cases',
    component: () => import('./CasesPage.vue'),
    meta: { area: 'cases', title: 'cases.title' },
  },
  {
    path: '/cases/new',
    name: 'new-case',
    component: () => import('./NewCasePage.vue'),
    meta: { area: 'cases', title: 'cases.newTitle', roles: openerRoles },
  },
  {
    path: '/cases/:caseNo',
    name: 'case',
    component: () => import('./CasePage.vue'),
    props: true,
    meta: { area: 'cases', title: 'cases.title' },
  },
]
