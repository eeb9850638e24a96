import type { RouteRecordRaw } from 'vue-router'

const meta = { area: 'studio', roles: ['admin', 'owner'], title: 'navigation.studio' }

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
