import type { OrderPage, OrderSummary, StockLevel, StockMovement } from '../../server/contract/orders.ts'
import type { Static } from 'typebox'
import { get } from './http.ts'

export interface Paged<T> {
  items: T[]
  next: string | null
  total?: number
}

export interface OrderQuery {
  q?: string
  state?: string
  stage?: string
  after?: string
  limit?: number
}

export const listOrders = (query: OrderQuery, signal?: AbortSignal) =>
  get<Paged<OrderSummary>>('/api/orders', { ...query }, signal ? { signal } : {})

export const readOrder = (orderNo: string) =>
  get<Static<typeof OrderPage>>(`/api/orders/${encodeURIComponent(orderNo)}`)

export const listStockLevels = (query: { q?: string; after?: string; limit?: number }) =>
  get<Paged<StockLevel>>('/api/stock-levels', query)

export const listStockMovements = (query: { sku?: string; warehouse?: string; after?: string; limit?: number }) =>
  get<Paged<StockMovement>>('/api/stock-movements', query)
