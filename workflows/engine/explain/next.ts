import type { ParsedFlow, ParsedNode, ParsedProcess } from '../../model/definition.ts'
import type { Sentence } from '../../model/problem.ts'
import { listed, nameOf } from './words.ts'

/** A way on from a node: where it leads, null is an end, and on which condition. */
interface Way {
  to: ParsedNode | null
  condition: string | null
  otherwise: boolean
}

/** Gateways are not told, for people ask what is done next; deeper than this the diagram shows it better. */
const deepest = 4

const isGateway = ({ bpmnType }: ParsedNode) => bpmnType.endsWith('Gateway')

function waysFrom(process: ParsedProcess, node: ParsedNode, depth: number): Way[] {
  const byId = new Map(process.nodes.map((one) => [one.id, one]))
  const flows = process.flows.filter(({ from }) => from === node.id)
  const chooses = flows.length > 1 && node.bpmnType !== 'parallelGateway'
  return flows.flatMap((flow) => {
    const target = byId.get(flow.to)
    if (!target) return []
    const told = chooses ? conditionOf(node, flow) : { condition: null, otherwise: false }
    if (!isGateway(target) || depth >= deepest) return [{ to: target, ...told }]
    return waysFrom(process, target, depth + 1).map((way) => ({
      to: way.to,
      condition: [told.condition, way.condition].filter((one) => one !== null).join(' and ') || null,
      otherwise: told.otherwise || way.otherwise,
    }))
  })
}

const conditionOf = (node: ParsedNode, flow: ParsedFlow) => ({
  condition: flow.condition,
  otherwise: node.defaultFlow === flow.id && flow.condition === null,
})

function goal({ to }: Way): Sentence {
  if (to === null || (to.bpmnType === 'endEvent' && to.name === '')) return { zh: '结束', en: 'the end' }
  return nameOf(to)
}

function told(way: Way): Sentence {
  const { zh, en } = goal(way)
  if (way.condition !== null) return { zh: `${way.condition} 时${zh}`, en: `if ${way.condition}: ${en}` }
  return way.otherwise ? { zh: `否则${zh}`, en: `else ${en}` } : { zh, en }
}

function onceEach(ways: readonly Way[]): Way[] {
  const seen = new Set<string>()
  return ways.filter((way) => {
    const key = JSON.stringify([way.to?.id ?? null, way.condition, way.otherwise])
    return !seen.has(key) && seen.add(key)
  })
}

/** What happens when a node is done, in plain words. */
export function nextOf(process: ParsedProcess, node: ParsedNode): Sentence {
  const ways = onceEach(waysFrom(process, node, 0))
  const around = process.nodes.find(({ id }) => id === node.parentId)
  if (ways.length === 0) {
    const { zh, en } = around ? nameOf(around) : { zh: '流程', en: 'the process' }
    return { zh: `然后${zh}里没有别的事就结束`, en: `Then ${en} ends when nothing else runs in it` }
  }
  const { zh, en } = listed(ways.map(told))
  const together = ways.length > 1 && ways.every(({ condition, otherwise }) => condition === null && !otherwise)
  return together
    ? { zh: `然后同时：${zh}`, en: `Then at the same time: ${en}` }
    : { zh: `然后：${zh}`, en: `Then: ${en}` }
}
