import type { JsonObject, JsonValue } from '../../workflows/model/json.ts'
import type { Job, JobOutcome, Worker } from '../../workflows/runtime/face.ts'
import type { CaseDependencies } from './dependencies.ts'
import { addCommunication } from './store.ts'
import { colleaguesOf, tellCustomer } from './tell.ts'
import { fillTemplate, yuan } from './template.rules.ts'

const object = (value: JsonValue | undefined): JsonObject =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {}
const text = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '')

/** How long a case may take until it is decided; natural hours (pack §3.5). */
const HOURS_TO_DECIDE = 24

/** The case domain's job types; every effect carries the job's key, so that an attempt more changes nothing. */
export function caseWorkers(deps: CaseDependencies): Record<string, Worker> {
  return {
    'case.open': (job) => open(deps, job),
    'case.close': (job) => close(deps, job),
    'notify.customer': (job) => notifyCustomer(deps, job),
    'notify.staff': (job) => notifyStaff(deps, job),
  }
}

async function open(deps: CaseDependencies, job: Job): Promise<JobOutcome> {
  const held = object(job.variables['case'])
  const openedAt = text(held['openedAt']) || deps.clock.now()
  await say(deps, job, 'T-01')
  const dueAt = addHours(openedAt, HOURS_TO_DECIDE)
  return { kind: 'complete', variables: { case: { ...held, openedAt, dueAt } } }
}

const addHours = (instant: string, hours: number): string =>
  new Date(Date.parse(instant) + hours * 3_600_000).toISOString()

async function close(deps: CaseDependencies, job: Job): Promise<JobOutcome> {
  const held = object(job.variables['case'])
  const outcome = text(job.variables['outcome']) || text(held['outcome']) || 'executed'
  const explanation = text(job.variables['explanation']) || text(held['explanation'])
  return { kind: 'complete', variables: { case: { ...held, outcome, explanation, closedAt: deps.clock.now() } } }
}

async function notifyCustomer(deps: CaseDependencies, job: Job): Promise<JobOutcome> {
  await say(deps, job, text(job.variables['template']) || job.headers['template'] || '')
  return { kind: 'complete' }
}

/** Tells the customer by template, or by the text that stands in the job, and logs it with the case. */
async function say(deps: CaseDependencies, job: Job, templateCode: string): Promise<void> {
  const template = templateCode ? await deps.catalog.template(templateCode) : null
  const refund = object(job.variables['refund'])
  const amount = typeof refund['amount'] === 'number' ? yuan(refund['amount']) : ''
  const data = { ...job.variables, text: text(job.variables['text']), refundAmount: amount }
  const body = template ? fillTemplate(template.body.zh, data) : text(job.variables['text'])
  if (!body) return
  await tellCustomer(deps, {
    id: `${job.idempotencyKey}:customer`,
    caseNo: job.businessKey ?? '',
    orderNo: text(object(job.variables['order'])['orderNo']),
    template: templateCode || 'text',
    channel: template?.channel ?? 'page',
    by: 'system',
    summary: template ? fillTemplate(template.subject.zh, data) : body.slice(0, 60),
    body,
  })
}

async function notifyStaff(deps: CaseDependencies, job: Job): Promise<JobOutcome> {
  const to = text(job.variables['to']) || job.headers['to'] || ''
  const body = fillTemplate(text(job.variables['text']) || job.headers['text'] || '', job.variables)
  if (to === '' || body === '')
    return {
      kind: 'fail',
      message: {
        zh: '没有写明通知谁、通知什么（to、text）。',
        en: 'Expected whom to tell and what (to, text), but one is missing.',
      },
      final: true,
    }
  const id = `${job.idempotencyKey}:staff`
  const caseNo = job.businessKey ?? ''
  await addCommunication(deps.store, {
    id,
    caseNo,
    at: deps.clock.now(),
    direction: 'internal',
    channel: 'internal',
    by: 'system',
    summary: to ? `@${to} ${body}` : body,
    body,
    visible: false,
    files: [],
  })
  await deps.notifications.tellStaff({
    id,
    to: colleaguesOf(deps, to),
    why: 'process',
    text: { zh: body, en: body },
    caseNo,
  })
  return { kind: 'complete' }
}
