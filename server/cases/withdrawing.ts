import { ok, type Result } from '../../workflows/model/problem.ts'
import type { CaseDependencies } from './dependencies.ts'
import type { CaseRecord } from './record.rules.ts'
import { caseRefusals } from './refusals.ts'

/**
 * Tells a case that it is taken back. Its process decides whether that comes in time, and undoes what it has done so far.
 * Asked again after the answer was lost: what was wanted is done.
 */
export async function withdrawCase(
  deps: CaseDependencies,
  record: CaseRecord,
  { comment, key }: { comment: string; key: string },
): Promise<Result<null>> {
  const variables = (await deps.runtime.instance(record.processInstanceId))?.variables ?? {}
  if (record.state === 'withdrawn' || 'withdrawal' in variables) return ok(null)
  if (record.state !== 'open') return caseRefusals.closed()
  const published = await deps.runtime.publishMessage({
    messageId: `withdraw:${record.caseNo}:${key}`,
    name: 'customer.withdrew',
    correlationKey: record.caseNo,
    variables: { withdrawal: { comment } },
    timeToLive: 'PT0S',
  })
  if (!published.ok) return published
  if (published.value.correlated > 0) return ok(null)
  return record.refundState === 'none' || record.refundState === 'previewed'
    ? caseRefusals.withdrawDecided()
    : caseRefusals.withdrawTooLate()
}
