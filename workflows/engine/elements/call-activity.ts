import { callProcess, cancelCall, retryCall } from '../calls.ts'
import type { CompiledCall } from '../compiled.ts'
import type { Element } from '../element.ts'

/** BPMN 10.3.6: starts an instance of another process and waits for its end; what ends it early ends that one too. */
export const callActivity: Element = {
  name: { zh: '调用活动', en: 'call activity' },
  activate: (run, visit) => callProcess(run, visit, visit.node.call as CompiledCall),
  retry: (run, visit) => retryCall(run, visit, visit.node.call as CompiledCall),
  terminate: cancelCall,
}
