import Type, { type Static } from 'typebox'
import { Data, Instant, Localized, Nullable, Written } from './shared.ts'

/** The customer of a case acts under this id: initiator of what she asks for, addressee of questions. */
export const CUSTOMER_ACTOR = 'customer'

export const CaseKind = Type.Union([Type.Literal('cancellation'), Type.Literal('merchantCancellation')])
export type CaseKind = Static<typeof CaseKind>

/** open: runs; the others are how it ended. */
export const CaseState = Type.Enum(['open', 'executed', 'rejected', 'withdrawn', 'kept', 'canceled'])

export const RequestedLine = Type.Object({
  orderLineId: Type.String({ maxLength: 60 }),
  quantity: Type.Integer({ minimum: 1, maximum: 100000 }),
})
export type RequestedLine = Static<typeof RequestedLine>

/** What is asked for; the same for customer, desk and merchant. Field group CN.ask. */
export const CancellationRequest = Type.Object({
  lines: Type.Array(RequestedLine, { minItems: 1, maxItems: 200 }),
  reason: Type.String({ maxLength: 20 }),
  reasonText: Type.Optional(Type.String({ maxLength: 500 })),
  policySeen: Type.Boolean(),
  files: Type.Optional(Type.Array(Type.String({ maxLength: 80 }), { maxItems: 6 })),
})
export type CancellationRequest = Static<typeof CancellationRequest>

/** Staff opens a case; for the merchant's own cancellation with what the customer will read (CN.merchant). */
export const OpenCaseRequest = Type.Object({
  kind: CaseKind,
  orderNo: Type.String({ maxLength: 40 }),
  channelIn: Type.String({ maxLength: 20 }),
  request: CancellationRequest,
  merchant: Type.Optional(
    Type.Object({
      explanation: Written(1000, 30),
      alternatives: Type.Array(
        Type.Object({
          sku: Type.String({ maxLength: 40 }),
          name: Type.String({ maxLength: 100 }),
          priceDifference: Type.Integer(),
          eta: Type.String({ maxLength: 40 }),
        }),
        { maxItems: 5 },
      ),
      noAlternativeWhy: Type.Optional(Type.String({ maxLength: 300 })),
      restockAt: Type.Optional(Type.String({ format: 'date' })),
    }),
  ),
})
export type OpenCaseRequest = Static<typeof OpenCaseRequest>

/** What the policy says before anything is sent: per line and in sum. Amounts in minor units. */
export const PolicyPreview = Type.Object({
  lines: Type.Array(
    Type.Object({
      orderLineId: Type.String(),
      quantity: Type.Integer(),
      outcome: Type.String(),
      /** The clause in plain words, from the rule's annotation. */
      sentence: Type.String(),
      rule: Type.Integer(),
      paidShare: Type.Integer(),
      fee: Type.Integer(),
      feeBasis: Nullable(Type.String()),
    }),
  ),
  /** Derivation of the sum, in order: label and signed amount. */
  breakdown: Type.Array(Type.Object({ label: Localized, amount: Type.Integer(), note: Nullable(Localized) })),
  refund: Type.Integer(),
  fee: Type.Integer(),
  currency: Type.String(),
  possible: Type.Boolean(),
  /** Goes through alone, waits for staff, asks the warehouse, or is refused. */
  path: Type.Enum(['automatic', 'staff', 'warehouse', 'refused']),
  policy: Type.Object({ id: Type.String(), version: Type.Integer(), name: Type.String() }),
  refundTo: Type.String(),
  /** Honest range from like cases, in hours; null with fewer than 10 of them. */
  hours: Nullable(Type.Object({ from: Type.Integer(), to: Type.Integer(), cases: Type.Integer() })),
})
export type PolicyPreview = Static<typeof PolicyPreview>

export const CaseSummary = Type.Object({
  caseNo: Type.String(),
  kind: CaseKind,
  title: Type.String(),
  state: CaseState,
  orderNo: Type.String(),
  customerName: Type.String(),
  tier: Type.String(),
  amount: Type.Integer(),
  currency: Type.String(),
  /** Names of the steps that wait now, and for whom. */
  steps: Type.Array(
    Type.Object({
      elementId: Type.String(),
      name: Type.String(),
      waitingFor: Type.Array(Type.String()),
      since: Instant,
    }),
  ),
  clockHolder: Type.String(),
  openedAt: Instant,
  dueAt: Nullable(Instant),
  closedAt: Nullable(Instant),
  processInstanceId: Type.String(),
})
export type CaseSummary = Static<typeof CaseSummary>

export const StepLogEntry = Type.Object({
  elementId: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  who: Nullable(Type.String()),
  startedAt: Instant,
  endedAt: Nullable(Instant),
  /** What was done: approve, reject, complete ...; custom for a button of the diagram's own; null when nobody acted. */
  act: Nullable(Type.String()),
  /** In words: the comment, the label of the diagram's own button, the sentence of the rule that applied, what went wrong; empty when there is nothing to say. */
  result: Type.String(),
  data: Data,
})
export type StepLogEntry = Static<typeof StepLogEntry>

export const Communication = Type.Object({
  id: Type.String(),
  at: Instant,
  direction: Type.Union([Type.Literal('in'), Type.Literal('out'), Type.Literal('internal')]),
  channel: Type.String(),
  by: Type.String(),
  summary: Type.String(),
  body: Nullable(Type.String()),
  visible: Type.Boolean(),
  files: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), size: Type.Integer(), type: Type.String() })),
})
export type Communication = Static<typeof Communication>

/** What helps with an incident: what to do, and the values that were read, secrets and personal data left out. */
/** A step of a process, or a job of orders, stock or payments. */
export const IncidentKind = Type.Enum(['step', 'job'])

const IncidentHelp = {
  advice: Nullable(Localized),
  /** Other data can mend it, before it is tried again. */
  asksData: Type.Boolean(),
  values: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
}

/** Where a case waits and how it goes on, in plain words. */
export const Wait = Type.Object({
  elementId: Type.String(),
  what: Localized,
  next: Nullable(Localized),
  meanwhile: Type.Array(Localized),
})

/** A free part of a process that is at work: what people may begin there, in any order. */
export const FreeWork = Type.Object({
  elementId: Type.String(),
  name: Type.String(),
  /** Only one thing at a time. */
  oneAtATime: Type.Boolean(),
  offered: Type.Array(
    Type.Object({
      elementId: Type.String(),
      name: Type.String(),
      kind: Type.String(),
      guidance: Nullable(Type.String()),
      /** At work now, and how often it has been done. */
      running: Type.Integer(),
      done: Type.Integer(),
    }),
  ),
  /** Why nothing can be begun now; null when something can. */
  blocked: Nullable(Localized),
})
export type FreeWork = Static<typeof FreeWork>

export const CaseDetail = Type.Object({
  summary: CaseSummary,
  process: Type.Object({ id: Type.String(), name: Type.String(), version: Type.Integer() }),
  request: Data,
  balance: Type.Object({
    paid: Type.Integer(),
    refunded: Type.Integer(),
    thisCase: Type.Integer(),
    held: Type.Integer(),
    refundable: Type.Integer(),
  }),
  breakdown: Type.Array(Type.Object({ label: Localized, amount: Type.Integer(), note: Nullable(Localized) })),
  steps: Type.Array(StepLogEntry),
  /** What it waits for now and what will happen then, in plain words. */
  waits: Type.Array(Wait),
  /** What the reader may begin now in free parts of the process. */
  freeWork: Type.Array(FreeWork),
  communications: Type.Array(Communication),
  /** Process variables that the reader may see. */
  data: Data,
  incidents: Type.Array(
    Type.Object({
      id: Type.String(),
      elementId: Type.String(),
      /** Name of the element in its diagram. */
      step: Type.String(),
      code: Type.String(),
      message: Localized,
      ...IncidentHelp,
      at: Instant,
    }),
  ),
  /** Tasks of this case that the reader can act on now. */
  myTasks: Type.Array(Type.Object({ taskId: Type.String(), name: Type.String() })),
  outcome: Nullable(Type.String()),
  explanation: Nullable(Type.String()),
})
export type CaseDetail = Static<typeof CaseDetail>

/** The history of a case in plain words, oldest first. */
export const CaseHistory = Type.Object({
  events: Type.Array(Type.Object({ at: Instant, elementId: Nullable(Type.String()), text: Localized })),
})
export type CaseHistory = Static<typeof CaseHistory>

/** Something stuck that needs a person: a step of a case, or a job of orders, stock or payments (then without a case). */
export const IncidentItem = Type.Object({
  id: Type.String(),
  kind: IncidentKind,
  caseNo: Nullable(Type.String()),
  title: Nullable(Type.String()),
  /** The run of a process that belongs to no case. */
  runId: Nullable(Type.String()),
  /** Whose diagram has the element. */
  process: Nullable(Type.Object({ id: Type.String(), name: Type.String() })),
  /** Where that is on the page of the case or run; the call, when the element is in a called process. */
  place: Nullable(Type.String()),
  elementId: Type.String(),
  /** Name of the step in the diagram, or of the kind of job. */
  step: Type.String(),
  code: Type.String(),
  message: Localized,
  ...IncidentHelp,
  at: Instant,
})
export type IncidentItem = Static<typeof IncidentItem>

/** How many are open, and of what: the choices of the filters. */
export const IncidentSummary = Type.Object({
  total: Type.Integer(),
  processes: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), count: Type.Integer() })),
  codes: Type.Array(Type.Object({ code: Type.String(), count: Type.Integer() })),
})
export type IncidentSummary = Static<typeof IncidentSummary>

/** Values that a stuck step reads, by path (`order.total`); each replaces what stands there. */
export const IncidentDataRequest = Type.Object({
  values: Type.Array(
    Type.Object({
      path: Type.String({
        maxLength: 200,
        pattern: String.raw`^(?!.*__proto__)[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$`,
      }),
      value: Type.Unknown(),
    }),
    { minItems: 1, maxItems: 20 },
  ),
})
export type IncidentDataRequest = Static<typeof IncidentDataRequest>

/** The diagram with the token on it. */
export const CaseDiagram = Type.Object({
  xml: Type.String(),
  visited: Type.Array(Type.Object({ elementId: Type.String(), count: Type.Integer(), milliseconds: Type.Integer() })),
  flows: Type.Array(Type.Object({ flowId: Type.String(), count: Type.Integer() })),
  tokens: Type.Array(
    Type.Object({
      elementId: Type.String(),
      key: Type.Integer(),
      /** The running scope that it stands in; null is the process. */
      within: Nullable(Type.Integer()),
      since: Instant,
      who: Type.String(),
    }),
  ),
  incidents: Type.Array(Type.Object({ elementId: Type.String(), message: Localized })),
})
export type CaseDiagram = Static<typeof CaseDiagram>

/** What the customer sees under her private link. */
export const CustomerCase = Type.Object({
  caseNo: Type.String(),
  kind: CaseKind,
  state: CaseState,
  orderNo: Type.String(),
  title: Type.String(),
  openedAt: Instant,
  closedAt: Nullable(Instant),
  /** Public steps in plain words: what is done, where it is, what is to come. */
  steps: Type.Array(
    Type.Object({
      name: Type.String(),
      state: Type.Union([Type.Literal('done'), Type.Literal('now'), Type.Literal('next')]),
      at: Nullable(Instant),
    }),
  ),
  eta: Nullable(Type.Object({ from: Instant, to: Instant, cases: Type.Integer() })),
  refund: Type.Object({ amount: Type.Integer(), currency: Type.String(), to: Type.String(), state: Type.String() }),
  breakdown: Type.Array(Type.Object({ label: Localized, amount: Type.Integer(), note: Nullable(Localized) })),
  lines: Type.Array(Type.Object({ name: Type.String(), quantity: Type.Integer() })),
  explanation: Nullable(Type.String()),
  alternatives: Type.Array(
    Type.Object({ sku: Type.String(), name: Type.String(), priceDifference: Type.Integer(), eta: Type.String() }),
  ),
  /** A question that waits for her answer. */
  question: Nullable(Type.Object({ taskId: Type.String(), text: Type.String(), at: Instant })),
  /** A choice that waits for her (the merchant's cancellation): task with the public form. */
  choice: Nullable(
    Type.Object({
      taskId: Type.String(),
      options: Type.Array(Type.Object({ value: Type.String(), label: Localized })),
      dueAt: Nullable(Instant),
    }),
  ),
  mayWithdraw: Type.Boolean(),
  communications: Type.Array(Communication),
})
export type CustomerCase = Static<typeof CustomerCase>

export const OrderLookup = Type.Object({
  orderNo: Type.String({ minLength: 4, maxLength: 40 }),
  phone: Type.String({ minLength: 4, maxLength: 30 }),
})

/** The order as its customer sees it, with the capability (2 hours) that lets her ask. */
export const CustomerOrder = Type.Object({
  capability: Type.String(),
  orderNo: Type.String(),
  placedAt: Instant,
  state: Type.String(),
  currency: Type.String(),
  total: Type.Integer(),
  policy: Type.Object({
    name: Type.String(),
    version: Type.Integer(),
    summary: Type.String(),
    feesTold: Type.String(),
    refundWay: Type.String(),
  }),
  lines: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      spec: Type.String(),
      ordered: Type.Integer(),
      cancelable: Type.Integer(),
      paid: Type.Integer(),
      stage: Type.String(),
      sku: Type.String(),
    }),
  ),
  reasons: Type.Array(
    Type.Object({
      group: Localized,
      reasons: Type.Array(Type.Object({ code: Type.String(), label: Localized, needsText: Type.Boolean() })),
    }),
  ),
  openCases: Type.Array(Type.Object({ caseNo: Type.String(), link: Type.String() })),
})
export type CustomerOrder = Static<typeof CustomerOrder>

export const CaseOpened = Type.Object({
  caseNo: Type.String(),
  processInstanceId: Type.String(),
  link: Nullable(Type.String()),
})
export type CaseOpened = Static<typeof CaseOpened>

const ElementId = Type.String({ minLength: 1, maxLength: 255 })
const Reason = Written(500, 5)

/** A token that is put to an element (`to`), taken away (`from`), or moved (both). */
const TokenChange = Type.Object(
  {
    from: Type.Optional(ElementId),
    /** Which element instance, when several stand there; else all of them. */
    key: Type.Optional(Type.Integer({ minimum: 1 })),
    to: Type.Optional(ElementId),
    /** Which running scope to enter, when there are several. */
    within: Type.Optional(Type.Integer({ minimum: 1 })),
    variables: Type.Optional(Data),
    mapping: Type.Optional(
      Type.Array(
        Type.Object({
          source: Type.String({ maxLength: 4096 }),
          target: Type.String({ minLength: 1, maxLength: 200 }),
        }),
        { maxItems: 50 },
      ),
    ),
    /** Where the variables are set: a scope that the token is in, or the element itself; else the process. */
    scope: Type.Optional(ElementId),
  },
  { additionalProperties: false },
)

export const ModifyCaseRequest = Type.Object({
  changes: Type.Array(TokenChange, { minItems: 1, maxItems: 50 }),
  reason: Reason,
})
export type ModifyCaseRequest = Static<typeof ModifyCaseRequest>

export const PreviewModifyRequest = Type.Object({ changes: ModifyCaseRequest.properties.changes })

/** What moving would end and begin, by element ids, and where the case would stand then. */
export const ModifyPreview = Type.Object({
  ends: Type.Array(Type.String()),
  begins: Type.Array(Type.String()),
  waits: Type.Array(Wait),
  /** The process would be over. */
  over: Type.Boolean(),
})
export type ModifyPreview = Static<typeof ModifyPreview>

const ElementMapping = Type.Record(ElementId, ElementId)

export const PreviewMigrationRequest = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  mapping: Type.Optional(ElementMapping),
})

export const MigrateCaseRequest = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  mapping: Type.Optional(ElementMapping),
  reason: Reason,
})

/** What becomes of each thing that the case waits for, or why it cannot go. */
export const MigrationPreview = Type.Object({
  from: Type.Integer(),
  to: Type.Integer(),
  possible: Type.Boolean(),
  mapping: ElementMapping,
  carried: Type.Array(
    Type.Object({
      what: Type.Enum(['element', 'task', 'job', 'call', 'timer', 'message', 'signal', 'condition', 'tokens']),
      key: Type.Integer(),
      from: Nullable(Type.String()),
      to: Nullable(Type.String()),
      outcome: Type.Enum(['carried', 'renewed', 'opened', 'closed']),
    }),
  ),
  reasons: Type.Array(Type.Object({ elementId: Type.String(), code: Type.String(), message: Localized })),
})
export type MigrationPreview = Static<typeof MigrationPreview>
