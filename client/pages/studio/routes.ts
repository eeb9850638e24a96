import type { RouteLocationNormalized, RouteRecordRaw } from 'vue-router'
import type { Subject } from '../../api/hands-on.ts'

const meta = { area: 'studio', roles: ['admin', 'owner'], title: 'navigation.studio' }

const ofRun = ({ params }: RouteLocationNormalized): { subject: Subject } => ({
  subject: { kind: 'run', id: String(params['runId']) },
})

export const routes: RouteRecordRaw[] = [
  { path: '/studio', name: 'studio', component: () => import('./StudioPage.vue'), meta },
  {
    path: '/studio/process/:id',
    name: 'studio-process',
    component: () => import('../../designers/process/ProcessDesigner.vue'),
    props: true,
    meta,
  },
  {
    path: '/studio/process/:id/runs',
    name: 'studio-runs',
    component: () => import('./RunsPage.vue'),
    props: true,
    meta,
  },
  {
    path: '/studio/runs/:runId',
    name: 'studio-run',
    component: () => import('./RunPage.vue'),
    props: true,
    meta,
  },
  {
    path: '/studio/runs/:runId/move',
    name: 'move-run',
    component: () => import('../cases/MoveCasePage.vue'),
    props: ofRun,
    meta: { ...meta, title: 'cases.move.title' },
  },
  {
    path: '/studio/runs/:runId/migrate',
    name: 'migrate-run',
    component: () => import('../cases/MigrateCasePage.vue'),
    props: ofRun,
    meta: { ...meta, title: 'cases.migrate.title' },
  },
  {
    path: '/studio/decision/:id',
    name: 'studio-decision',
    component: () => import('../../designers/decision/DecisionDesigner.vue'),
    props: true,
    meta,
  },
  {
    path: '/studio/form/:id',
    name: 'studio-form',
    component: () => import('../../designers/form/FormDesigner.vue'),
    props: true,
    meta,
  },
]
