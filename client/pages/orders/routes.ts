import type { RouteRecordRaw } from 'vue-router'
import { orderReaders } from './order-roles.ts'

export const routes: RouteRecordRaw[] = [
  {
    path: '/orders',
    name: 'orders',
    component: () => import('./OrdersPage.vue'),
    meta: { area: 'orders', title: 'navigation.orders', roles: orderReaders },
  },
  {
    path: '/orders/:orderNo',
    name: 'order',
    component: () => import('./OrderPage.vue'),
    props: true,
    meta: { area: 'orders', title: 'orders.title', roles: [...orderReaders, 'platform'] },
  },
]
