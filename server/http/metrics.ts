import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

export interface Metrics {
  /** One served request; `route` is the pattern, never the address, so that the number of series stays small. */
  request(route: string, method: string, status: number, seconds: number): void
  /** Text in the Prometheus format, with gauges asked for at this moment. */
  text(): Promise<string>
  contentType: string
  /** A number that is looked up whenever metrics are read. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void
  close(): void
}

export function createMetrics(processMetrics: boolean): Metrics {
  const registry = new Registry()
  if (processMetrics) collectDefaultMetrics({ register: registry, prefix: 'retour_' })
  const registers = [registry]
  const labelNames = ['route', 'method', 'status']
  const requests = new Counter({ name: 'retour_http_requests_total', help: 'Requests served', labelNames, registers })
  const durations = new Histogram({
    name: 'retour_http_request_seconds',
    help: 'Time to serve a request',
    labelNames: ['route', 'method'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  return {
    request(route, method, status, seconds) {
      requests.inc({ route, method, status })
      durations.observe({ route, method }, seconds)
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
    gauge(name, help, read) {
      const series: Gauge = new Gauge({
        name,
        help,
        registers,
        collect: async (): Promise<void> => series.set(await read()),
      })
    },
    close: () => registry.clear(),
  }
}
