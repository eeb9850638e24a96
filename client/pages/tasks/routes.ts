import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/tasks/:taskId',
    name: 'task',
    component: () => import('./TaskPage.vue'),
    props: true,
    meta: { area: 'workbench', title: 'tasks.title' },
  },
]
