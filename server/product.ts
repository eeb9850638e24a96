import type { Express } from 'express'
import { createApp } from './app.ts'
import { auditCollection, auditEntry } from './audit/audit.ts'
import type { Config } from './config.ts'
import { actorKey, commandsCollection, createIdempotency, type Runner } from './http/idempotency.ts'
import { createMetrics } from './http/metrics.ts'
import { operationsRoutes } from './http/operations-routes.ts'
import { createRateLimiter, defaultLimits, noRateLimit } from './http/rate-limit.ts'
import type { AuditedCommand } from './http/register-routes.ts'
import type { AnyRoute } from './http/route.ts'
import { createCapabilities, type Capabilities } from './identity/capability.ts'
import { createDirectory, type LiveDirectory } from './identity/directory.ts'
import { createIdentity, type Identity } from './identity/identity.ts'
import { createIdentityStore, identityCollections } from './identity/identity-store.ts'
import type { PasswordCost } from './identity/passwords.ts'
import { peopleRoutes } from './identity/people-routes.ts'
import { sessionRoutes } from './identity/session-routes.ts'
import { createSessions, type Sessions } from './identity/sessions.ts'
import { createSetup, type Setup } from './identity/setup.ts'
import type { Clock, CollectionSpec, FollowUp, Ids, Log, Scheduler, Store } from '../workflows/runtime/ports.ts'

/** Every collection of the product; the store is opened with them. */
export const collections: CollectionSpec[] = [...identityCollections, commandsCollection, auditCollection]

/** What the product stands on: chosen by main.ts for a server, by the tests for theirs. */
export interface ProductPorts {
  config: Readonly<Config>
  store: Store
  clock: Clock
  ids: Ids
  scheduler: Scheduler
  log: Log
  runner: Runner
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
  identity: Identity
  sessions: Sessions
  directory: LiveDirectory
  capabilities: Capabilities
  setup: Setup
  /** Starts what works by itself: pumps, clean-up. */
  run(): void
  /** Lets go of everything but the store. */
  stop(): Promise<void>
}

/** Puts the parts together on top of the ports, without listening: what server and tests share. */
export async function assembleProduct(ports: ProductPorts): Promise<Product> {
  const { config, store, clock, ids, log } = ports
  let stopping = false

  const limits = { ...defaultLimits, general: { requests: config.rateLimit, seconds: 60 } }
  const limiter = config.rateLimit === 0 ? noRateLimit : createRateLimiter(clock, limits)
  const metrics = createMetrics(ports.processMetrics)

  const identityStore = createIdentityStore(store)
  const directory = createDirectory(identityStore)
  await directory.refresh()
  const identity = createIdentity({
    store: identityStore,
    directory,
    limiter,
    clock,
    ids,
    passwordCost: ports.passwordCost,
  })
  const sessions = createSessions(identityStore, clock)
  const capabilities = createCapabilities(identityStore, clock)
  const setup = createSetup(identity, identityStore, clock, null)

  const routes: AnyRoute[] = [
    ...operationsRoutes({
      metrics,
      metricsToken: config.metricsToken,
      ready: async () => !stopping && (await store.load('settings', 'company').then(() => true)),
    }),
    ...sessionRoutes({ identity, sessions, setup, secure: config.secure }),
    ...peopleRoutes(identity, identityStore, directory),
    ...(ports.extraRoutes ?? []),
  ]

  const app = createApp({
    routes,
    credentials: {
      session: (token) => sessions.find(token),
      capability: (token) => capabilities.holderOf(token),
      signed: () => false,
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
    run() {},
    async stop() {
      stopping = true
      metrics.close()
    },
  }
}

/** Each command leaves one entry, under the id of its key: repeating it adds none. */
function auditOfCommand({ key, actor, route, params, at, requestId, ip }: AuditedCommand): FollowUp[] {
  const subject = Object.values(params)[0] ?? ''
  return [
    auditEntry(`command-${key}`, { at, by: actorKey(actor), action: route, subject, details: params, requestId, ip }),
  ]
}
