import { BpmnModdle } from 'bpmn-moddle'
import zeebeModdle from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' }
import retourModdle from './retour-moddle.json' with { type: 'json' }

/**
 * The library leaves out what equals its defaults. Saying these is not the same as not saying them: an edge without
 * the one draws no envelope, and expressions are only in XPath where a file says so.
 */
const meaningful = /(?:messageVisibleKind|expressionLanguage)$/

/**
 * The meta model that files are read and written with: BPMN 2.0, Camunda 8's words and ours. A reader of its own for
 * each file, for it keeps what it has read.
 */
export function bpmnVocabulary(): BpmnModdle {
  const moddle = new BpmnModdle({ zeebe: zeebeModdle, retour: retourModdle })
  for (const type of ['bpmndi:BPMNEdge', 'bpmn:Definitions'])
    for (const property of moddle.registry.typeMap[type]?.properties ?? [])
      if (meaningful.test(property.name)) delete property.default
  return moddle
}
