import type { RouteLocationNormalized, RouteRecordRaw } from 'vue-router'
import type { Subject } from '../../api/hands-on.ts'
import { openerRoles } from './opener-roles.ts'

/** Those who may also change the diagram. */
const handsOnRoles = ['admin', 'owner']

const ofCase = ({ params }: RouteLocationNormalized): { subject: Subject } => ({
  subject: { kind: 'case', id: String(params['caseNo']) },
})

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
  {
    path: '/cases/:caseNo/move',
    name: 'move-case',
    component: () => import('./MoveCasePage.vue'),
    props: ofCase,
    meta: { area: 'cases', title: 'cases.move.title', roles: handsOnRoles },
  },
  {
    path: '/cases/:caseNo/migrate',
    name: 'migrate-case',
    component: () => import('./MigrateCasePage.vue'),
    props: ofCase,
    meta: { area: 'cases', title: 'cases.migrate.title', roles: handsOnRoles },
  },
]
