import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/me',
    name: 'profile',
    component: () => import('./ProfilePage.vue'),
    meta: { area: 'profile', title: 'navigation.profile' },
  },
]
