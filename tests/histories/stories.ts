/**
 * What is kept of each version: scenarios of the conformance suite, stopped in the middle. What is done before `stop` is
 * history for every later version; what comes after it is done by that version, to the end of the case.
 */
export interface Story {
  name: string
  /** Below tests/conformance. */
  scenario: string
  /** Steps that are done before it is kept. */
  stop: number
}

const story = (name: string, scenario: string, stop: number): Story => ({ name, scenario, stop })

export const stories: readonly Story[] = [
  story('user-task', 'bpmn/tasks/user-task/waits', 1),
  story('job', 'bpmn/tasks/service-task/plain-retries', 1),
  story('timer', 'bpmn/events/timer-catch/plain-duration', 1),
  story('timer-cycle-at-border', 'bpmn/events/timer-boundary-non-interrupting/repeats', 2),
  story('timer-cycle-of-process', 'bpmn/events/timer-event-sub-process-non-interrupting/repeats', 1),
  story('message', 'bpmn/tasks/receive-task/plain-message', 1),
  story('message-at-border', 'bpmn/events/message-boundary-non-interrupting/plain-every-time', 2),
  story('signal-of-process', 'bpmn/events/signal-event-sub-process-non-interrupting/every-time', 1),
  story('condition-of-process', 'bpmn/events/conditional-event-sub-process/interrupts', 1),
  story('event-based-gateway', 'bpmn/gateways/event-based/again', 1),
  story('parallel-join-in-a-loop', 'bpmn/gateways/parallel-join/each-pass-of-a-loop', 2),
  story('inclusive-join-in-a-scope', 'bpmn/gateways/inclusive-join/each-scope-its-own', 3),
  story('complex-gateway-activated', 'bpmn/gateways/complex/goes-on-with-two', 4),
  story('call', 'bpmn/scopes/call-activity/nested-names', 1),
  story('call-with-reminder', 'bpmn/scopes/call-activity/boundary-beside', 1),
  story('sequential-multi-instance', 'bpmn/scopes/multi-instance-sequential/cancel', 2),
  story('ad-hoc', 'bpmn/scopes/ad-hoc/cancel', 2),
  story('to-be-undone', 'bpmn/events/compensation-throw/order-of-completion', 2),
  story('undoing', 'bpmn/events/compensation-throw/reverse-order', 3),
  story('approval-returned-from-branch', 'approvals/return-from-branch', 9),
  story('approval-returned-and-back', 'approvals/return-back-branch', 3),
  story('approval-undoing', 'approvals/return-undo-canceled', 5),
]
