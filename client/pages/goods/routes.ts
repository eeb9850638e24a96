import type { RouteRecordRaw } from 'vue-router'
import { stockReaders } from './stock-roles.ts'

export const routes: RouteRecordRaw[] = [
  {
    path: '/goods',
    name: 'goods',
    component: () => import('./StockPage.vue'),
    meta: { area: 'goods', title: 'navigation.goods', roles: stockReaders },
  },
  {
    path: '/goods/:sku',
    name: 'stock',
    component: () => import('./MovementsPage.vue'),
    props: true,
    meta: { area: 'goods', title: 'goods.movements', roles: stockReaders },
  },
]
