import type { RouteRecordRaw } from 'vue-router'

export const routes: RouteRecordRaw[] = [
  {
    path: '/ask',
    name: 'ask',
    component: () => import('./AskPage.vue'),
    meta: { public: true, shop: true, title: 'customer.askTitle' },
  },
  {
    path: '/c/:capability',
    name: 'follow',
    component: () => import('./FollowPage.vue'),
    props: true,
    meta: { public: true, shop: true, title: 'customer.followTitle' },
  },
]
