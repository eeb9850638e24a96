import type { JobOutcome, Worker } from '../../workflows/runtime/face.ts'
import type { Result } from '../../workflows/model/problem.ts'
import type { Stock, StockRequest } from './stock.ts'

const outcomeOf = (result: Result<null>): JobOutcome =>
  result.ok ? { kind: 'complete' } : { kind: 'fail', message: result.refusal.message }

/** The jobs by which other aggregates change a stock level. */
export function stockWorkers(stock: Stock): Record<string, Worker> {
  const requestOf = (variables: unknown) => variables as StockRequest
  return {
    'stock.apply-reserve': async (job) => outcomeOf(await stock.reserve(requestOf(job.variables))),
    'stock.apply-release': async (job) => outcomeOf(await stock.release(requestOf(job.variables))),
    'stock.apply-issue': async (job) => outcomeOf(await stock.issue(requestOf(job.variables))),
  }
}
