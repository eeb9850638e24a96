import type { Directory } from '../workflows/engine/host.ts'
import { runtimeCollections } from '../workflows/runtime/documents.ts'
import type { Runtime } from '../workflows/runtime/face.ts'
import { createRuntime } from '../workflows/runtime/runtime.ts'
import type { Clock, CollectionSpec, Ids, Log, Scheduler, Store } from '../workflows/runtime/ports.ts'
import type { PaymentProvider } from './billing/provider.ts'
import type { CaseReading } from './cases/read.ts'
import { createDiagrams } from './cases/outlines.ts'
import { caseProjection } from './cases/projection.ts'
import { customerRoutes } from './cases/customer-routes.ts'
import { caseAdministrationRoutes } from './cases/administration-routes.ts'
import { freeWorkRoutes } from './cases/free-work-routes.ts'
import { caseProcesses } from './cases/open-case.ts'
import { incidentRoutes } from './cases/incident-routes.ts'
import { caseRoutes } from './cases/routes.ts'
import { runRoutes } from './cases/run-routes.ts'
import { caseCollections } from './cases/store.ts'
import { caseWorkers } from './cases/workers.ts'
import type { Role } from './contract/identity.ts'
import type { Files } from './files/files.ts'
import type { AnyRoute } from './http/route.ts'
import type { LiveCalendars } from './identity/calendars.ts'
import type { Capabilities } from './identity/capability.ts'
import { createNotifications, type Notifications } from './notifications/notifications.ts'
import { createNotificationsStore } from './notifications/notifications-store.ts'
import { reminderProjection } from './notifications/reminder-projection.ts'
import { createCatalog, packCollections, type Catalog } from './packs/catalog.ts'
import { assembleShop, shopCollections, type Shop } from './shop.ts'
import { studioRoutes } from './studio/routes.ts'
import { studioCollections } from './studio/store.ts'
import { taskRoutes } from './tasks/routes.ts'

/** Collections of the runner, the shop, cases, studio and packs. */
export const businessCollections: CollectionSpec[] = [
  ...runtimeCollections,
  ...shopCollections,
  ...caseCollections,
  ...studioCollections,
  ...packCollections,
]

export interface BusinessPorts {
  store: Store
  clock: Clock
  ids: Ids
  scheduler: Scheduler
  log: Log
  timeZone: string
  /** No other process works on this store. */
  alone: boolean
  people: Directory & {
    people(): { id: string; name: string }[]
    departments(): { id: string; name: string }[]
    roles(): Role[]
  }
  calendars: LiveCalendars
  capabilities: Capabilities
  providers: Readonly<Record<string, PaymentProvider>>
  files: Pick<Files, 'attach'>
  /** Somebody has a new notification, for his open pages. */
  told(userId: string): void
}

export interface Business {
  runtime: Runtime
  shop: Shop
  catalog: Catalog
  cases: CaseReading
  notifications: Notifications
  routes: AnyRoute[]
}

/**
 * The runner with the domains that it drives: orders, billing, stock, cases, tasks, studio. Put together once for the
 * server, and once more, under a clock of its own, when sample data is played through it.
 */
export function assembleBusiness(ports: BusinessPorts): Business {
  const { store, clock, ids, scheduler, log, people, calendars, timeZone, capabilities } = ports
  const shop = assembleShop({
    store,
    clock,
    providers: ports.providers,
    openCases: (orderNos) => openCases(store, orderNos),
  })
  const catalog = createCatalog(store)
  const runtime = createRuntime({
    store,
    clock,
    ids,
    scheduler,
    log,
    people,
    calendars,
    timeZone,
    projections: [caseProjection, reminderProjection],
    alone: ports.alone,
    ...(ports.alone ? {} : { jitter: Math.random }),
  })
  const diagrams = createDiagrams(runtime)
  const notifications = createNotifications(createNotificationsStore(store), clock, ports.told)
  const cases: CaseReading = {
    store,
    runtime,
    clock,
    orders: shop.desk,
    catalog,
    capabilities,
    notifications,
    files: ports.files,
    people,
    timeZone,
    diagrams,
  }
  for (const [jobType, worker] of Object.entries({ ...shop.workers, ...caseWorkers(cases) })) {
    runtime.registerWorker(jobType, worker)
  }
  const organization = {
    roles: async () => people.roles(),
    people: async () => people.people(),
    departments: async () => people.departments(),
    calendars: async () => calendars.list(),
  }
  const routes: AnyRoute[] = [
    ...shop.routes,
    ...caseRoutes(cases),
    ...caseAdministrationRoutes(cases),
    ...freeWorkRoutes(cases),
    ...incidentRoutes(cases),
    ...runRoutes(cases),
    ...customerRoutes(cases),
    ...taskRoutes(cases),
    ...studioRoutes({ store, runtime, clock, people, organization, caseProcesses }),
  ]
  return { runtime, shop, catalog, cases, notifications, routes }
}

/** How many cases of each order are open, for the order list. */
async function openCases(store: Store, orderNos: string[]): Promise<ReadonlyMap<string, number>> {
  if (orderNos.length === 0) return new Map()
  const groups = await store.group('cases', { filter: { state: 'open', orderNo: { $in: orderNos } }, by: 'orderNo' })
  return new Map(groups.map(({ key, count }) => [String(key), count]))
}
