import type { Express } from 'express'
import { createApp } from './app.ts'
import { auditCollection, auditEntry, commandEntryId } from './audit/audit.ts'
import { auditRoutes } from './audit/audit-routes.ts'
import type { PaymentProvider } from './billing/provider.ts'
import { assembleBusiness, businessCollections, type Business } from './business.ts'
import { mayFollow } from './cases/follow.ts'
import { openCase } from './cases/open-case.ts'
import type { Config } from './config.ts'
import type { Blobs } from './files/blobs.ts'
import { createFiles, type Files } from './files/files.ts'
import { filesRoutes } from './files/files-routes.ts'
import { createFilesStore, filesCollection } from './files/files-store.ts'
import { createLiveEvents, customerEventsRoute, eventsRoute, type LiveEvents } from './http/events.ts'
import { actorKey, commandsCollection, createIdempotency, type Runner } from './http/idempotency.ts'
import { createMetrics } from './http/metrics.ts'
import { operationsRoutes } from './http/operations-routes.ts'
import { createRateLimiter, defaultLimits, noRateLimit } from './http/rate-limit.ts'
import type { AuditedCommand } from './http/register-routes.ts'
import type { Actor, AnyRoute } from './http/route.ts'
import { createLiveCalendars } from './identity/calendars.ts'
import { createCapabilities, type Capabilities } from './identity/capability.ts'
import { createDirectory, type LiveDirectory } from './identity/directory.ts'
import { createHandover } from './handover/handover.ts'
import { handoverRoutes } from './handover/handover-routes.ts'
import { createIdentity, type Identity } from './identity/identity.ts'
import { createIdentityStore, identityCollections } from './identity/identity-store.ts'
import type { PasswordCost } from './identity/passwords.ts'
import { organizationRoutes } from './identity/organization-routes.ts'
import { peopleRoutes } from './identity/people-routes.ts'
import { sessionRoutes } from './identity/session-routes.ts'
import { createSessions, type Sessions } from './identity/sessions.ts'
import { createSetup, type Setup } from './identity/setup.ts'
import type { Notifications } from './notifications/notifications.ts'
import { notificationsRoutes } from './notifications/notifications-routes.ts'
import { createNotificationsStore, notificationCollections } from './notifications/notifications-store.ts'
import { createPacks, type Packs } from './packs/install.ts'
import { packRoutes } from './packs/routes.ts'
import { createSampleInstaller } from './packs/sample-data.ts'
import type { InstanceChange } from '../workflows/runtime/face.ts'
import type { Clock, CollectionSpec, FollowUp, Ids, Log, Scheduler, Store } from '../workflows/runtime/ports.ts'

/** Every collection of the product; the store is opened with them. */
export const collections: CollectionSpec[] = [
  ...identityCollections,
  ...notificationCollections,
  ...businessCollections,
  commandsCollection,
  auditCollection,
  filesCollection,
]

/** What the product stands on: chosen by main.ts for a server, by the tests for theirs. */
export interface ProductPorts {
  config: Readonly<Config>
  store: Store
  blobs: Blobs
  clock: Clock
  ids: Ids
  scheduler: Scheduler
  log: Log
  runner: Runner
  /** Payment providers by name, as payments have it. */
  providers: Readonly<Record<string, PaymentProvider>>
  /** The folder of the packs. */
  packsFolder: string
  passwordCost: PasswordCost
  clientFolder: string | null
  version: string
  /** Compares every answer with its schema. */
  checkAnswers: boolean
  /** Figures of the process itself, once per process. */
  processMetrics: boolean
  /** Further routes, for tests of the pipeline itself. */
  extraRoutes?: readonly AnyRoute[]
}

export interface Product {
  app: Express
  business: Business
  packs: Packs
  identity: Identity
  sessions: Sessions
  directory: LiveDirectory
  capabilities: Capabilities
  setup: Setup
  events: LiveEvents
  files: Files
  notifications: Notifications
  /** Starts what works by itself: pumps, clean-up. */
  run(): void
  /** Lets go of everything but the store. */
  stop(): Promise<void>
}

/** Puts the parts together on top of the ports, without listening: what server and tests share. */
export async function assembleProduct(ports: ProductPorts): Promise<Product> {
  const { config, store, clock, ids, log, scheduler } = ports
  let running = false
  let stopping = false
  let cleanUp: { cancel(): void } | null = null
  let cleaning: Promise<void> = Promise.resolve()

  const limits = { ...defaultLimits, general: { requests: config.rateLimit, seconds: 60 } }
  const limiter = config.rateLimit === 0 ? noRateLimit : createRateLimiter(clock, limits)
  const metrics = createMetrics(ports.processMetrics)

  const identityStore = createIdentityStore(store, ports.runner.alone)
  const directory = createDirectory(identityStore)
  await directory.refresh()
  const calendars = createLiveCalendars(identityStore, config.timeZone)
  await calendars.refresh()
  const identity = createIdentity({
    store: identityStore,
    directory,
    calendars,
    limiter,
    clock,
    ids,
    passwordCost: ports.passwordCost,
  })
  const sessions = createSessions(identityStore, clock)
  const capabilities = createCapabilities(identityStore, clock)

  const events = createLiveEvents(scheduler, ports.runner.id)
  const told = (userId: string) =>
    events.publish({ topic: `notifications:${userId}`, type: 'notification.added', data: {} })

  // What belongs to a case or an order is for whoever may see that; the domains below say who.
  const mayRead = (actor: Actor, topic: string) => mayFollow(business.cases, actor, topic)
  const files = createFiles(createFilesStore(store), ports.blobs, clock, ids, mayRead)

  const businessAt = (at: Pick<ProductPorts, 'store' | 'clock' | 'scheduler'> & { told(userId: string): void }) =>
    assembleBusiness({
      store: at.store,
      clock: at.clock,
      ids,
      scheduler: at.scheduler,
      log,
      timeZone: config.timeZone,
      alone: ports.runner.alone,
      people: directory,
      calendars,
      capabilities,
      providers: ports.providers,
      files,
      told: at.told,
    })
  const business = businessAt({ ...ports, told })
  const { runtime, shop, notifications } = business
  const handover = createHandover({ store, runtime, identity, directory, clock })
  runtime.registerWorker('identity.handover', handover.work)

  const installSample = createSampleInstaller({
    store,
    identity,
    clock,
    timeZone: config.timeZone,
    collections,
    async assemble(sampleClock, sampleStore) {
      // Nothing of the present happens while the past is lived and carried over.
      await runtime.stop()
      await calendars.refresh()
      const nothingLater = { after: () => ({ cancel() {} }) }
      const world = businessAt({ store: sampleStore, clock: sampleClock, scheduler: nothingLater, told: () => {} })
      return {
        ...world.shop,
        runtime: world.runtime,
        openCase: (planned, key) => openCase(world.cases, { ...planned, key }),
        close: () => world.runtime.stop(),
      }
    },
  })
  const packs = createPacks({
    folder: ports.packsFolder,
    store,
    runtime,
    identity,
    clock,
    async installSample(pack, by, progress) {
      try {
        return await installSample(pack, by, progress)
      } finally {
        if (running) runtime.run()
      }
    },
  })
  const setup = createSetup(identity, identityStore, clock, {
    available: () => packs.available(),
    async install(pack, options) {
      const installed = await packs.install(pack, options)
      await calendars.refresh()
      return installed
    },
  })

  sessions.onEnd((sessionId) => events.drop((actor) => actor.kind === 'user' && actor.sessionId === sessionId))
  runtime.listen((change) => tellPages(events, change))
  metrics.gauge('retour_live_streams', 'Open streams of live events', () => events.size())

  const notificationsStore = createNotificationsStore(store)

  const routes: AnyRoute[] = [
    ...operationsRoutes({
      metrics,
      metricsToken: config.metricsToken,
      ready: async () => !stopping && (await store.load('settings', 'company').then(() => true)),
    }),
    ...sessionRoutes({ identity, sessions, setup, secure: config.secure }),
    ...peopleRoutes(identity, identityStore, directory),
    ...organizationRoutes(identity, directory, calendars),
    ...handoverRoutes(handover),
    ...business.routes,
    ...packRoutes(packs, business.catalog),
    ...filesRoutes(files),
    ...notificationsRoutes(notificationsStore),
    ...auditRoutes(store),
    customerEventsRoute({ events, holderOf: (token) => capabilities.holderOf(token) }),
    eventsRoute({
      events,
      mayFollow: mayRead,
      stillAllowed: async (actor) => actor.kind !== 'user' || sessions.alive(actor.sessionId),
    }),
    ...(ports.extraRoutes ?? []),
  ]

  const app = createApp({
    routes,
    credentials: {
      session: (token) => sessions.find(token),
      capability: (token) => capabilities.holderOf(token),
      signed: (provider, headers, body) => shop.signed(provider, headers, body),
    },
    limiter,
    idempotency: createIdempotency(store, clock, ports.runner),
    audit: auditOfCommand,
    metrics,
    clock,
    ids,
    log,
    version: ports.version,
    secure: config.secure,
    trustProxy: config.trustProxy,
    clientFolder: ports.clientFolder,
    checkAnswers: ports.checkAnswers,
  })

  return {
    app,
    identity,
    sessions,
    directory,
    capabilities,
    setup,
    business,
    packs,
    events,
    files,
    notifications,
    run() {
      running = true
      runtime.run()
      everyHour()
    },
    async stop() {
      stopping = true
      running = false
      cleanUp?.cancel()
      events.close()
      await Promise.all([runtime.stop(), cleaning])
      metrics.close()
    },
  }

  function everyHour(): void {
    cleanUp = scheduler.after(HOUR_MS, () => {
      cleaning = files.removeLoose().then(
        (removed) => log.info('files.removed', { removed }),
        (error: unknown) => log.error('files.removal_failed', { error }),
      )
      everyHour()
    })
  }
}

const HOUR_MS = 3_600_000

/** Says which open pages are out of date; a step of a case touches its page, the inboxes and the order. */
function tellPages(events: LiveEvents, { instance, requests }: InstanceChange): void {
  const { businessKey, state } = instance
  const orderNo = (instance.variables['order'] as { orderNo?: unknown } | undefined)?.orderNo
  if (businessKey !== null) events.publish({ topic: `case:${businessKey}`, type: 'case.changed', data: { state } })
  events.publish({ topic: 'cases', type: 'case.changed', data: { caseNo: businessKey } })
  if (typeof orderNo === 'string') events.publish({ topic: `order:${orderNo}`, type: 'order.changed', data: {} })
  events.publish({ topic: 'orders', type: 'order.changed', data: {} })
  if (requests.some(({ type }) => type === 'openTask' || type === 'closeTask')) {
    events.publish({ topic: 'tasks', type: 'task.changed', data: {} })
  }
  const told = requests.flatMap((request) => (request.type === 'remind' ? request.to : []))
  for (const userId of new Set(told)) {
    events.publish({ topic: `notifications:${userId}`, type: 'notification.added', data: {} })
  }
}

/** Each command leaves one entry with its answer: repeating it adds none. */
function auditOfCommand({ key, actor, route, params, at, requestId, ip }: AuditedCommand): FollowUp[] {
  const subject = Object.values(params)[0] ?? ''
  return [
    auditEntry(commandEntryId(at, key), {
      at,
      by: actorKey(actor),
      action: route,
      subject,
      details: params,
      requestId,
      ip,
    }),
  ]
}
