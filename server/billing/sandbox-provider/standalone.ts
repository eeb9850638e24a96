import { startSandboxProvider } from './sandbox-provider.ts'

/**
 * The sandbox provider as a process of its own: `node server/billing/sandbox-provider/standalone.ts`. Reads DATA_DIR,
 * SANDBOX_PORT, SANDBOX_SECRET and SANDBOX_WEBHOOK_URL; says its address in one line.
 */
const environment = process.env
const secret = environment['SANDBOX_SECRET']
const provider = await startSandboxProvider({
  dataDir: environment['DATA_DIR'] ?? 'data',
  port: Number(environment['SANDBOX_PORT'] ?? 0),
  webhookUrl: environment['SANDBOX_WEBHOOK_URL'] ?? null,
  ...(secret === undefined ? {} : { secret }),
})
process.stdout.write(`Sandbox provider ${provider.url}\n`)
for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, () => void provider.close().then(() => process.exit(0)))
