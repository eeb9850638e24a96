import Type from 'typebox'
import { createHash, timingSafeEqual } from 'node:crypto'
import type { Metrics } from './metrics.ts'
import { refusalOf } from '../contract/errors.ts'
import { ok } from '../../workflows/model/problem.ts'
import { onThisMachine } from './request-origin.ts'
import { defineRoute, type AnyRoute, type RawRoute } from './route.ts'

export interface OperationsDependencies {
  metrics: Metrics
  metricsToken: string | null
  /** Resolves when the store answers; false while starting or stopping. */
  ready(): Promise<boolean>
}

const Health = Type.Object({ status: Type.String() })

/** What machines ask: alive, ready for requests, figures. */
export function operationsRoutes({ metrics, metricsToken, ready }: OperationsDependencies): AnyRoute[] {
  const readMetrics: RawRoute = {
    method: 'GET',
    path: '/metrics',
    summary: 'Figures in the Prometheus format; from this machine, or with the bearer token METRICS_TOKEN',
    tag: 'platform',
    authorize: { allow: 'public', because: 'a scraper has no session; token or own machine is checked inside' },
    answers: 'text/plain',
    response: Type.String(),
    async exchange({ ip }, { incoming, outgoing }) {
      const allowed =
        metricsToken === null
          ? onThisMachine(ip, incoming)
          : sameText(incoming.headers.authorization ?? '', `Bearer ${metricsToken}`)
      if (!allowed) return { ok: false, refusal: refusalOf('not_found') }
      const text = await metrics.text()
      outgoing.writeHead(200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }).end(text)
      return null
    },
  }
  return [
    defineRoute({
      method: 'GET',
      path: '/healthz',
      summary: 'The process lives',
      tag: 'platform',
      authorize: { allow: 'public', because: 'tells nothing but that it answers' },
      response: Health,
      handle: async () => ok({ status: 'ok' }),
    }),
    defineRoute({
      method: 'GET',
      path: '/readyz',
      summary: 'The store answers and requests are welcome; 503 otherwise',
      tag: 'platform',
      authorize: { allow: 'public', because: 'tells nothing but that it is ready' },
      response: Health,
      handle: async () =>
        (await ready().catch(() => false))
          ? ok({ status: 'ready' })
          : { ok: false, refusal: refusalOf('server.stopping') },
    }),
    readMetrics,
  ]
}

function sameText(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
