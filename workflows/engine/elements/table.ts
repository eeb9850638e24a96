import type { Element } from '../element.ts'
import { abstractTask } from './abstract-task.ts'
import { adHocSubProcess } from './ad-hoc-sub-process.ts'
import { businessRuleTask } from './business-rule-task.ts'
import { callActivity } from './call-activity.ts'
import { complexGateway } from './complex-gateway.ts'
import { cancelBoundaryEvent } from './cancel-boundary-event.ts'
import { cancelEndEvent } from './cancel-end-event.ts'
import { compensateBoundaryEvent } from './compensate-boundary-event.ts'
import { compensateEndEvent } from './compensate-end-event.ts'
import { compensateStartEvent } from './compensate-start-event.ts'
import { compensateThrowEvent } from './compensate-throw-event.ts'
import { transaction } from './transaction.ts'
import { conditionalBoundaryEvent } from './conditional-boundary-event.ts'
import { conditionalCatchEvent } from './conditional-catch-event.ts'
import { conditionalStartEvent } from './conditional-start-event.ts'
import { conditionalStartEventOfEventSubProcess } from './conditional-start-event-of-event-sub-process.ts'
import { errorBoundaryEvent } from './error-boundary-event.ts'
import { errorEndEvent } from './error-end-event.ts'
import { errorStartEventOfEventSubProcess } from './error-start-event-of-event-sub-process.ts'
import { escalationBoundaryEvent } from './escalation-boundary-event.ts'
import { escalationEndEvent } from './escalation-end-event.ts'
import { escalationStartEventOfEventSubProcess } from './escalation-start-event-of-event-sub-process.ts'
import { escalationThrowEvent } from './escalation-throw-event.ts'
import { eventBasedGateway } from './event-based-gateway.ts'
import { eventSubProcess } from './event-sub-process.ts'
import { exclusiveGateway } from './exclusive-gateway.ts'
import { inclusiveGateway } from './inclusive-gateway.ts'
import { linkCatchEvent } from './link-catch-event.ts'
import { linkThrowEvent } from './link-throw-event.ts'
import { manualTask } from './manual-task.ts'
import { messageBoundaryEvent } from './message-boundary-event.ts'
import { messageCatchEvent } from './message-catch-event.ts'
import { messageEndEvent } from './message-end-event.ts'
import { messageStartEvent } from './message-start-event.ts'
import { messageStartEventOfEventSubProcess } from './message-start-event-of-event-sub-process.ts'
import { messageThrowEvent } from './message-throw-event.ts'
import { multipleBoundaryEvent } from './multiple-boundary-event.ts'
import { multipleCatchEvent } from './multiple-catch-event.ts'
import { multipleEndEvent } from './multiple-end-event.ts'
import { multipleStartEvent } from './multiple-start-event.ts'
import { multipleStartEventOfEventSubProcess } from './multiple-start-event-of-event-sub-process.ts'
import { multipleThrowEvent } from './multiple-throw-event.ts'
import { noneEndEvent } from './none-end-event.ts'
import { noneStartEvent } from './none-start-event.ts'
import { noneThrowEvent } from './none-throw-event.ts'
import { parallelGateway } from './parallel-gateway.ts'
import { parallelMultipleBoundaryEvent } from './parallel-multiple-boundary-event.ts'
import { parallelMultipleCatchEvent } from './parallel-multiple-catch-event.ts'
import { parallelMultipleStartEvent } from './parallel-multiple-start-event.ts'
import { parallelMultipleStartEventOfEventSubProcess } from './parallel-multiple-start-event-of-event-sub-process.ts'
import { receiveTask } from './receive-task.ts'
import { scriptTask } from './script-task.ts'
import { sendTask } from './send-task.ts'
import { serviceTask } from './service-task.ts'
import { signalBoundaryEvent } from './signal-boundary-event.ts'
import { signalCatchEvent } from './signal-catch-event.ts'
import { signalEndEvent } from './signal-end-event.ts'
import { signalStartEvent } from './signal-start-event.ts'
import { signalStartEventOfEventSubProcess } from './signal-start-event-of-event-sub-process.ts'
import { signalThrowEvent } from './signal-throw-event.ts'
import { subProcess } from './sub-process.ts'
import { terminateEndEvent } from './terminate-end-event.ts'
import { timerBoundaryEvent } from './timer-boundary-event.ts'
import { timerCatchEvent } from './timer-catch-event.ts'
import { timerStartEvent } from './timer-start-event.ts'
import { timerStartEventOfEventSubProcess } from './timer-start-event-of-event-sub-process.ts'
import { userTask } from './user-task.ts'

/** Every element that runs, by the kind that the reader gives it. What is not here is refused at deployment by name. */
export const elements: ReadonlyMap<string, Element> = new Map(
  Object.entries({
    noneStartEvent,
    messageStartEvent,
    timerStartEvent,
    signalStartEvent,
    conditionalStartEvent,
    multipleStartEvent,
    parallelMultipleStartEvent,
    noneEndEvent,
    errorEndEvent,
    messageEndEvent,
    signalEndEvent,
    escalationEndEvent,
    multipleEndEvent,
    terminateEndEvent,
    noneThrowEvent,
    messageThrowEvent,
    signalThrowEvent,
    escalationThrowEvent,
    multipleThrowEvent,
    linkThrowEvent,
    messageCatchEvent,
    timerCatchEvent,
    signalCatchEvent,
    conditionalCatchEvent,
    multipleCatchEvent,
    parallelMultipleCatchEvent,
    linkCatchEvent,
    timerBoundaryEvent,
    messageBoundaryEvent,
    errorBoundaryEvent,
    signalBoundaryEvent,
    conditionalBoundaryEvent,
    escalationBoundaryEvent,
    multipleBoundaryEvent,
    parallelMultipleBoundaryEvent,
    messageStartEventOfEventSubProcess,
    timerStartEventOfEventSubProcess,
    errorStartEventOfEventSubProcess,
    escalationStartEventOfEventSubProcess,
    signalStartEventOfEventSubProcess,
    conditionalStartEventOfEventSubProcess,
    multipleStartEventOfEventSubProcess,
    parallelMultipleStartEventOfEventSubProcess,
    task: abstractTask,
    manualTask,
    userTask,
    serviceTask,
    scriptTask,
    businessRuleTask,
    sendTask,
    receiveTask,
    exclusiveGateway,
    inclusiveGateway,
    complexGateway,
    parallelGateway,
    eventBasedGateway,
    subProcess,
    adHocSubProcess,
    eventSubProcess,
    callActivity,
    transaction,
    cancelEndEvent,
    cancelBoundaryEvent,
    compensateThrowEvent,
    compensateEndEvent,
    compensateBoundaryEvent,
    compensateStartEventOfEventSubProcess: compensateStartEvent,
  }),
)
