import { join } from 'node:path'
import type { PaymentProvider } from './provider.ts'
import { createSandboxClient } from './sandbox-client.ts'
import { startSandboxProvider } from './sandbox-provider/sandbox-provider.ts'

export interface ConnectedProviders {
  providers: Readonly<Record<string, PaymentProvider>>
  /** Tells a provider that was started here where its events go; another one knows it by itself. */
  sendWebhooksTo(url: string): void
  close(): Promise<void>
}

/**
 * The payment providers of a configuration: the sandbox started here with its books in the data folder, one that runs
 * elsewhere, or none.
 */
export async function connectProviders(config: {
  dataDir: string
  sandboxProvider: boolean | string
  sandboxSecret: string | null
}): Promise<ConnectedProviders> {
  const { sandboxProvider: wanted, sandboxSecret, dataDir } = config
  const nothing = { sendWebhooksTo() {}, close: async () => {} }
  if (wanted === false) return { providers: {}, ...nothing }
  if (typeof wanted === 'string')
    return { providers: { sandbox: createSandboxClient({ url: wanted, secret: sandboxSecret ?? '' }) }, ...nothing }
  const sandbox = await startSandboxProvider({ dataDir: join(dataDir, 'sandbox'), port: 0, webhookUrl: null })
  return {
    providers: { sandbox: createSandboxClient(sandbox) },
    sendWebhooksTo: (url) => sandbox.sendWebhooksTo(url),
    close: () => sandbox.close(),
  }
}
