import type { Sentence } from './problem.ts'

/** What people call the elements that are not built, by the reader's kind; a refusal says it in both languages. */
const names: Readonly<Record<string, Sentence>> = {
  eventBasedGateway: { zh: '事件网关', en: 'event-based gateway' },
  callActivity: { zh: '调用活动', en: 'call activity' },
  transaction: { zh: '事务子流程', en: 'transaction' },
  eventSubProcess: { zh: '事件子流程', en: 'event sub-process' },
  choreography: { zh: '编排图', en: 'choreography' },
  globalChoreography: { zh: '全局编排图', en: 'global choreography' },
}

const triggers: Readonly<Record<string, Sentence>> = {
  none: { zh: '', en: '' },
  message: { zh: '消息', en: 'message ' },
  timer: { zh: '定时', en: 'timer ' },
  error: { zh: '错误', en: 'error ' },
  signal: { zh: '信号', en: 'signal ' },
  escalation: { zh: '升级', en: 'escalation ' },
  conditional: { zh: '条件', en: 'conditional ' },
  link: { zh: '链接', en: 'link ' },
  compensate: { zh: '补偿', en: 'compensation ' },
  cancel: { zh: '取消', en: 'cancel ' },
  terminate: { zh: '终止', en: 'terminate ' },
  multiple: { zh: '多重', en: 'multiple ' },
  parallelMultiple: { zh: '并行多重', en: 'parallel multiple ' },
}

const positions: Readonly<Record<string, Sentence>> = {
  StartEvent: { zh: '开始事件', en: 'start event' },
  StartEventOfEventSubProcess: { zh: '开始事件(事件子流程)', en: 'start event of an event sub-process' },
  EndEvent: { zh: '结束事件', en: 'end event' },
  ThrowEvent: { zh: '中间抛出事件', en: 'intermediate throw event' },
  CatchEvent: { zh: '中间捕获事件', en: 'intermediate catch event' },
  BoundaryEvent: { zh: '边界事件', en: 'boundary event' },
}

/** The name of a kind of element in both languages; BPMN's own word where we have no better. */
export function kindName(kind: string): Sentence {
  const known = names[kind]
  if (known) return known
  const match = /^([a-z][a-zA-Z]*?)((?:Start|End|Throw|Catch|Boundary)Event(?:OfEventSubProcess)?)$/.exec(kind)
  const trigger = match && triggers[match[1] ?? '']
  const position = match && positions[match[2] ?? '']
  if (!trigger || !position) return { zh: kind, en: kind }
  return { zh: trigger.zh + position.zh, en: trigger.en + position.en }
}
