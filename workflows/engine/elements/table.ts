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
import { errorBoundaryEvent } from './error-boundary-event.ts'
import { errorEndEvent } from './error-end-event.ts'
import { exclusiveGateway } from './exclusive-gateway.ts'
import { inclusiveGateway } from './inclusive-gateway.ts'
import { manualTask } from './manual-task.ts'
import { messageBoundaryEvent } from './message-boundary-event.ts'
import { messageCatchEvent } from './message-catch-event.ts'
import { messageEndEvent } from './message-end-event.ts'
import { messageStartEvent } from './message-start-event.ts'
import { messageThrowEvent } from './message-throw-event.ts'
import { noneEndEvent } from './none-end-event.ts'
import { noneStartEvent } from './none-start-event.ts'
import { noneThrowEvent } from './none-throw-event.ts'
import { parallelGateway } from './parallel-gateway.ts'
import { receiveTask } from './receive-task.ts'
import { scriptTask } from './script-task.ts'
import { sendTask } from './send-task.ts'
import { serviceTask } from './service-task.ts'
import { subProcess } from './sub-process.ts'
import { terminateEndEvent } from './terminate-end-event.ts'
import { timerBoundaryEvent } from './timer-boundary-event.ts'
import { timerCatchEvent } from './timer-catch-event.ts'
import { timerStartEvent } from './timer-start-event.ts'
import { userTask } from './user-task.ts'

/** Every element that runs, by the kind that the reader gives it. What is not here is refused at deployment by name. */
export const elements: ReadonlyMap<string, Element> = new Map(
  Object.entries({
    noneStartEvent,
    messageStartEvent,
    timerStartEvent,
    noneEndEvent,
    errorEndEvent,
    messageEndEvent,
    terminateEndEvent,
    noneThrowEvent,
    messageThrowEvent,
    messageCatchEvent,
    timerCatchEvent,
    timerBoundaryEvent,
    messageBoundaryEvent,
    errorBoundaryEvent,
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
    subProcess,
    adHocSubProcess,
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
