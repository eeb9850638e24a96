import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { connectProviders } from './billing/connect-providers.ts'
import { createSystemClock } from './clock.ts'
import { readConfig, type Config } from './config.ts'
import { openStore } from './database/store.ts'
import { createDiskBlobs } from './files/blobs.ts'
import { openGridFsBlobs } from './files/gridfs-blobs.ts'
import { createIds } from './ids.ts'
import { defaultPasswordCost } from './identity/passwords.ts'
import { openDoors } from './locked-doors.ts'
import { createLog } from './log.ts'
import { assembleProduct, collections, type Product } from './product.ts'
import { startedWithoutFlags, startFailureOf } from './start-failure.ts'
import type { Scheduler } from '../workflows/runtime/ports.ts'

/** How long requests in hand may take when the server is told to stop. */
const GRACE_MS = 10_000
const SLOWEST_REQUEST_MS = 15_000

const scheduler: Scheduler = {
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds)
    return { cancel: () => clearTimeout(timer) }
  },
}

const config = configOrExit()
const log = createLog(config.logLevel)

// A bug leaves the process in a state that nobody knows: what was answered is on disk, so ending is the safe way out.
process.on('uncaughtException', (error) => lastResort('uncaught', error))
process.on('unhandledRejection', (error) => lastResort('unhandled', error))

try {
  await start()
} catch (error) {
  const { code, sentence, isBug } = startFailureOf(error, config)
  if (isBug) log.error(code, { error })
  process.stderr.write(`Retour cannot start: ${sentence} (${code})\n`)
  process.exit(1)
}

async function start(): Promise<void> {
  const open = openDoors()
  if (open.length > 0) throw startedWithoutFlags(open)
  const { dataDir, mongodbUrl } = config
  const location = mongodbUrl === null ? { dataDir } : { mongoUrl: mongodbUrl }
  const store = await openStore(location, collections, {
    inThread: true,
    onFatal: (error) => log.error('store.fatal', { error }),
  })
  const blobs = mongodbUrl === null ? createDiskBlobs(join(dataDir, 'files')) : await openGridFsBlobs(mongodbUrl)
  const connected = await connectProviders(config)
  const root = join(import.meta.dirname, '..')
  const dist = join(root, 'dist')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const product = await assembleProduct({
    config,
    store,
    blobs,
    clock: createSystemClock(Date.now),
    ids: createIds(Date.now),
    scheduler,
    log,
    runner: { id: randomUUID(), alone: config.mongodbUrl === null },
    providers: connected.providers,
    packsFolder: join(root, 'templates'),
    passwordCost: defaultPasswordCost,
    clientFolder: existsSync(join(dist, 'index.html')) ? dist : null,
    version,
    checkAnswers: false,
    processMetrics: true,
  })
  const server = await listening(product)
  connected.sendWebhooksTo(`${ownAddress(server)}/api/webhooks/payments/sandbox`)
  product.run()
  const signals = ['SIGTERM', 'SIGINT'] as const
  for (const signal of signals) process.once(signal, () => void stop(server, product, [connected, blobs, store]))
  process.stdout.write(`Retour ${await addressOf(server, product)}\n`)
}

function listening(product: Product): Promise<Server> {
  const server = createServer(
    {
      requestTimeout: SLOWEST_REQUEST_MS,
      headersTimeout: SLOWEST_REQUEST_MS,
      connectionsCheckingInterval: 2_000,
      keepAliveTimeout: 10_000,
      maxHeaderSize: 16_384,
    },
    product.app,
  )
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, () => resolve(server))
  })
}

/** Where the server reaches itself. */
function ownAddress(server: Server): string {
  const { port } = server.address() as AddressInfo
  const anywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }
  const host = anywhere[config.host] ?? (config.host.includes(':') ? `[${config.host}]` : config.host)
  return `http://${host}:${port}`
}

/** An address under which other machines find this one; its own when it is on no network. */
function addressOfMachine(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1'
}

/** Where to open the product; from afar the first run needs the token, so the address has it. */
async function addressOf(server: Server, product: Product): Promise<string> {
  const { port } = server.address() as AddressInfo
  const listens = ['0.0.0.0', '::'].includes(config.host) ? addressOfMachine() : config.host
  const host = listens.includes(':') ? `[${listens}]` : listens
  const address = config.publicUrl ?? `http://${host}:${port}`
  const { needed } = await product.setup.state(true)
  const local = config.publicUrl === null && /^(127\.|\[::1\]|localhost$)/.test(host)
  return needed && !local ? `${address}/first-run?token=${product.setup.token}` : address
}

async function stop(server: Server, product: Product, stores: { close(): Promise<void> }[]): Promise<void> {
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS)
  await product.stop()
  await new Promise((resolve) => {
    server.close(resolve)
    server.closeIdleConnections()
  })
  clearTimeout(late)
  for (const store of stores) await store.close()
  process.exit(0)
}

function lastResort(what: string, error: unknown): void {
  log.error(`process.${what}`, { error })
  process.exitCode = 1
  setImmediate(() => process.exit(1))
}

function configOrExit(): Readonly<Config> {
  try {
    return readConfig(process.env)
  } catch (error) {
    process.stderr.write(
      `${(error as Error).message}\nRetour cannot start: correct the environment above (start.environment)\n`,
    )
    return process.exit(1)
  }
}
