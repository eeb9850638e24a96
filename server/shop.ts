import type { IncomingHttpHeaders } from 'node:http'
import type { Worker } from '../workflows/runtime/face.ts'
import type { Clock, CollectionSpec, Store } from '../workflows/runtime/ports.ts'
import { createCreditNotes, creditNoteCollections } from './billing/credit-notes.ts'
import { createPaymentEvents, paymentEventCollections } from './billing/payment-events.ts'
import type { PaymentProvider } from './billing/provider.ts'
import { createRefunds } from './billing/refunds.ts'
import { billingRoutes } from './billing/routes.ts'
import { billingWorkers } from './billing/workers.ts'
import { createCustomers, customerCollections } from './customers/customers.ts'
import { customerRoutes } from './customers/routes.ts'
import type { Route } from './http/route.ts'
import { numberCollections } from './numbers.ts'
import { createOrderDesk } from './orders/desk.ts'
import { createOrders } from './orders/orders.ts'
import { orderCollections } from './orders/orders-store.ts'
import { orderRoutes } from './orders/routes.ts'
import { orderWorkers } from './orders/workers.ts'
import { createProducts, productCollections } from './products/products.ts'
import { productRoutes } from './products/routes.ts'
import { stockRoutes } from './stock/routes.ts'
import { createStock } from './stock/stock.ts'
import { stockCollections } from './stock/stock-store.ts'
import { stockWorkers } from './stock/workers.ts'

/** Collections of orders, billing, stock, products and customers. */
export const shopCollections: CollectionSpec[] = [
  ...orderCollections,
  ...stockCollections,
  ...creditNoteCollections,
  ...paymentEventCollections,
  ...numberCollections,
  ...customerCollections,
  ...productCollections,
]

export interface ShopPorts {
  store: Store
  clock: Clock
  /** By name, as payments have it. */
  providers: Readonly<Record<string, PaymentProvider>>
  pause?: (milliseconds: number) => Promise<void>
  openCases?: (orderNos: string[]) => Promise<ReadonlyMap<string, number>>
}

export type Shop = ReturnType<typeof assembleShop>

/** Puts the order domains together: what they do, what processes call, what HTTP offers. */
export function assembleShop({ store, clock, providers, pause = wait, openCases = async () => new Map() }: ShopPorts) {
  const orders = createOrders({ store, clock })
  const stock = createStock({ store, clock })
  const customers = createCustomers({ store })
  const products = createProducts({ store })
  const refunds = createRefunds({ store, orders, providers, clock, pause })
  const creditNotes = createCreditNotes({ store, orders, clock })
  const events = createPaymentEvents({ store, orders, providers, clock })
  const desk = createOrderDesk({ orders, customers, clock })
  const workers: Record<string, Worker> = {
    ...orderWorkers({ orders, desk, clock }),
    ...stockWorkers(stock),
    ...billingWorkers({ refunds, creditNotes, events }),
  }
  const routes: Route[] = [
    ...orderRoutes({ orders, stock, creditNotes, openCases }),
    ...stockRoutes({ stock }),
    ...productRoutes({ products }),
    ...customerRoutes({ customers }),
    ...billingRoutes({ orders, creditNotes, events, providers: Object.keys(providers) }),
  ]
  return {
    orders,
    desk,
    stock,
    customers,
    products,
    refunds,
    creditNotes,
    events,
    workers,
    routes,
    /** Whether a connected provider signed these bytes. */
    signed: (provider: string, headers: IncomingHttpHeaders, body: Buffer): boolean =>
      providers[provider]?.signed(headers, body, clock.now()) ?? false,
  }
}

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds))
