import type { RouteRecordRaw } from 'vue-router'
import { incidentRoles } from './incident-roles.ts'

export const routes: RouteRecordRaw[] = [
  {
    path: '/incidents',
    name: 'operations',
    component: () => import('./IncidentsPage.vue'),
    meta: { area: 'operations', title: 'operations.title', roles: incidentRoles },
  },
]
