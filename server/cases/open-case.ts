import { ok, type Result } from '../../workflows/model/problem.ts'
import type { JsonObject } from '../../workflows/model/json.ts'
import { CUSTOMER_ACTOR, type CancellationRequest, type CaseKind, type OpenCaseRequest } from '../contract/cases.ts'
import type { Reason } from '../contract/packs.ts'
import type { CaseDependencies } from './dependencies.ts'
import { previewRequest } from './preview.ts'
import { caseRefusals } from './refusals.ts'
import { addCommunication, nextCaseNumber, type CaseClaim } from './store.ts'
import type { Actor } from '../http/route.ts'

/** The process that handles each kind of case. */
export const processOfKind: Record<CaseKind, string> = {
  cancellation: 'cancel-order',
  merchantCancellation: 'merchant-cancel',
}

/** Processes that begin with a case: nobody starts them by hand. */
export const caseProcesses: ReadonlySet<string> = new Set(Object.values(processOfKind))

const kindNames: Record<CaseKind, string> = { cancellation: '取消', merchantCancellation: '商家取消' }

export interface OpenCaseInput {
  kind: CaseKind
  orderNo: string
  channelIn: string
  request: CancellationRequest
  merchant?: OpenCaseRequest['merchant']
  /** `customer` or a user's id. */
  openedBy: string
  /** Who sends it, for the files that he brought; none in sample data. */
  actor?: Actor
  /** The command's idempotency key: the same key opens one case and gets the same answer. */
  key: string
}

export interface OpenedCase {
  caseNo: string
  processInstanceId: string
  orderNo: string
  customerId: string
}

/**
 * Checks a request against order, catalog and policy, gives it a number and starts its process. One case of an order
 * is open at a time. Refusals: those of the preview, request.*, merchant.*, file.*, case.already_open. A refused request
 * leaves nothing behind: it may be mended and sent again at once.
 */
export async function openCase(deps: CaseDependencies, input: OpenCaseInput): Promise<Result<OpenedCase>> {
  const reasons = await deps.catalog.reasons()
  const wrong = wrongRequest(input, reasons)
  if (wrong) return wrong

  const place = await placeOf(deps, input)
  if (!place.ok) return place
  if (place.value) {
    const { caseNo, processInstanceId } = place.value
    const running = await deps.runtime.instance(processInstanceId)
    if (running) {
      const customer = running.variables['customer'] as JsonObject | undefined
      return ok({ caseNo, processInstanceId, orderNo: input.orderNo, customerId: String(customer?.['id'] ?? '') })
    }
  }

  const initiator = input.kind === 'merchantCancellation' ? 'merchant' : 'customer'
  const preview = await previewRequest(deps, { ...input, initiator })
  if (!preview.ok) return preview
  if (!preview.value.possible) return caseRefusals.nothingPossible(firstRefusal(preview.value.lines))

  const claimed = place.value ? ok(place.value) : await claimOrder(deps, input)
  if (!claimed.ok) return claimed
  const { caseNo, processInstanceId } = claimed.value
  const files = await bringFiles(deps, input, caseNo)
  if (!files.ok) {
    await giveUp(deps, input)
    return files
  }

  const { snapshot, ...shown } = preview.value
  const reason = reasons.find(({ code }) => code === input.request.reason)
  const started = await deps.runtime.start({
    processId: processOfKind[input.kind],
    processInstanceId,
    businessKey: caseNo,
    initiator: input.openedBy,
    variables: {
      case: {
        caseNo,
        kind: input.kind,
        title: `${kindNames[input.kind]}·${String(snapshot.customer['name'] ?? '')}·${input.orderNo}·${reason?.zh ?? ''}`,
        channelIn: input.channelIn,
        openedAt: deps.clock.now(),
        openedBy: input.openedBy,
      },
      initiator,
      order: snapshot.order,
      customer: snapshot.customer,
      channel: snapshot.channel,
      lines: snapshot.lines,
      req: {
        lines: input.request.lines,
        reason: input.request.reason,
        reasonName: reason?.zh ?? '',
        reasonText: input.request.reasonText ?? '',
        fault: reason?.fault ?? 'none',
        policySeen: input.request.policySeen,
        files: input.request.files ?? [],
      },
      preview: shown as unknown as JsonObject,
      ...(input.merchant ? { merchant: input.merchant as unknown as JsonObject } : {}),
    },
  })
  if (!started.ok) {
    await giveUp(deps, input)
    return started
  }
  return ok({ caseNo, processInstanceId, orderNo: input.orderNo, customerId: String(snapshot.customer['id'] ?? '') })
}

const firstRefusal = (lines: { outcome: string; sentence: string }[]): string =>
  lines.find(({ outcome }) => ['refuse', 'toReturn', 'intercept'].includes(outcome))?.sentence ?? ''

function wrongRequest(input: OpenCaseInput, reasons: Reason[]) {
  const by = input.kind === 'merchantCancellation' ? 'merchant' : CUSTOMER_ACTOR
  const reason = reasons.find(({ code, active }) => code === input.request.reason && active)
  if (!reason || reason.by !== by || reasons.some(({ parent }) => parent === reason.code)) {
    return caseRefusals.reasonUnknown(input.request.reason)
  }
  if (reason.needsText && !input.request.reasonText?.trim()) return caseRefusals.reasonTextRequired()
  if (!input.request.policySeen) return caseRefusals.policyNotSeen()
  if (by === 'merchant') {
    if (!input.merchant) return caseRefusals.merchantMissing()
    if (input.merchant.alternatives.length === 0 && !input.merchant.noAlternativeWhy?.trim()) {
      return caseRefusals.alternativesMissing()
    }
  }
  return null
}

interface ClaimDocument extends CaseClaim {
  key: string
}

/** The place that the same key has taken before, null when it is free; refused while another case has it. */
async function placeOf(deps: CaseDependencies, input: OpenCaseInput): Promise<Result<Place | null>> {
  const claim = (await deps.store.load<ClaimDocument>('caseClaims', input.orderNo))?.data
  if (!claim) return ok(null)
  if (claim.key === input.key) return ok({ caseNo: claim.caseNo, processInstanceId: claim.processInstanceId })
  return (await isTaken(deps, claim, deps.clock.now()))
    ? caseRefusals.alreadyOpen(claim.caseNo, input.orderNo)
    : ok(null)
}

interface Place {
  caseNo: string
  processInstanceId: string
}

/**
 * Takes the order's one place for an open case. The same key finds its own claim again, so that a repeated command
 * continues where a crash stopped it; a claim whose instance has ended, or never began within a minute, is free.
 */
async function claimOrder(deps: CaseDependencies, input: OpenCaseInput): Promise<Result<Place>> {
  for (;;) {
    const place = await placeOf(deps, input)
    if (!place.ok) return place
    if (place.value) return ok(place.value)
    const stored = await deps.store.load<ClaimDocument>('caseClaims', input.orderNo)
    const now = deps.clock.now()
    const caseNo = await nextCaseNumber(deps.store, localDay(now, deps.timeZone))
    const data: ClaimDocument = {
      orderNo: input.orderNo,
      caseNo,
      processInstanceId: caseNo,
      claimedAt: now,
      key: input.key,
    }
    if (stored && (await isTaken(deps, stored.data, now))) continue
    const written = await deps.store.commit({
      aggregate: { collection: 'caseClaims', id: input.orderNo, expectedVersion: stored?.version ?? 0, data },
      followUps: [],
    })
    if (written.ok) return ok({ caseNo, processInstanceId: caseNo })
  }
}

/** Frees the order's place again when its case did not come to be. */
async function giveUp(deps: CaseDependencies, input: OpenCaseInput): Promise<void> {
  const stored = await deps.store.load<ClaimDocument>('caseClaims', input.orderNo)
  if (stored?.data.key !== input.key || (await deps.runtime.instance(stored.data.processInstanceId))) return
  const data: ClaimDocument = { ...stored.data, key: '', claimedAt: new Date(0).toISOString() }
  await deps.store.commit({
    aggregate: { collection: 'caseClaims', id: input.orderNo, expectedVersion: stored.version, data },
    followUps: [],
  })
}

/** The files of the request become the case's, and stand in its log as what was brought with it. */
async function bringFiles(deps: CaseDependencies, input: OpenCaseInput, caseNo: string): Promise<Result<null>> {
  const ids = input.request.files ?? []
  if (ids.length === 0 || !input.actor) return ok(null)
  const attached = await deps.files.attach(input.actor, ids, `case:${caseNo}`)
  if (!attached.ok) return attached
  const byCustomer = input.openedBy === CUSTOMER_ACTOR
  await addCommunication(deps.store, {
    id: `${caseNo}:request-files`,
    caseNo,
    at: deps.clock.now(),
    direction: byCustomer ? 'in' : 'internal',
    channel: byCustomer ? 'page' : 'internal',
    by: byCustomer ? '客户' : (deps.people.person(input.openedBy)?.name ?? input.openedBy),
    summary: '申请时附上的照片或凭证',
    body: input.request.reasonText?.trim() || null,
    visible: byCustomer,
    files: attached.value.map(({ id, name, size, type }) => ({ id, name, size, type })),
  })
  return ok(null)
}

const GRACE_MILLISECONDS = 60_000

async function isTaken(deps: CaseDependencies, claim: CaseClaim, now: string): Promise<boolean> {
  const instance = await deps.runtime.instance(claim.processInstanceId)
  if (instance) return instance.state === 'active'
  return Date.parse(now) - Date.parse(claim.claimedAt) < GRACE_MILLISECONDS
}

/** yymmdd of an instant in the tenant's zone. */
export function localDay(instant: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: '2-digit', month: '2-digit', day: '2-digit' })
  return parts.format(new Date(instant)).replaceAll(/\D/g, '')
}
