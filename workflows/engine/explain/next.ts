import type { ParsedFlow, ParsedNode, ParsedProcess } from '../../model/definition.ts'
import type { Sentence } from '../../model/problem.ts'
import { listed, nameOf } from './words.ts'

/** A way on from a node: where it leads, null is an end, and on which answers or conditions. */
interface Way {
  to: ParsedNode | null
  when: Sentence[]
  isChosen: boolean
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
    const when = chooses ? whenOf(node, flow) : []
    const isChosen = when.length > 0
    if (!isGateway(target) || depth >= deepest) return [{ to: target, when, isChosen }]
    return waysFrom(process, target, depth + 1).map((way) => ({
      to: way.to,
      when: [...when, ...way.when],
      isChosen: isChosen || way.isChosen,
    }))
  })
}

/** As the diagram asks and answers it; where it has no words for it, the condition itself. */
function whenOf(node: ParsedNode, flow: ParsedFlow): Sentence[] {
  if (flow.name !== '') {
    const question = isGateway(node) ? node.name : ''
    const text = /[?？]$|^$/.test(question) ? `${question}${flow.name}` : `${question}：${flow.name}`
    return [{ zh: `${text} → `, en: `${text.replace('：', ': ')} → ` }]
  }
  if (flow.condition !== null) return [{ zh: `${flow.condition} 时`, en: `if ${flow.condition}: ` }]
  return node.defaultFlow === flow.id ? [{ zh: '否则', en: 'else ' }] : []
}

function goal({ to }: Way): Sentence {
  if (to === null || (to.bpmnType === 'endEvent' && to.name === '')) return { zh: '结束', en: 'the end' }
  return nameOf(to)
}

/** 停下了吗？是 → 谁来办？人工 → 「客服审核」 */
function told(way: Way): Sentence {
  const all = [...way.when, goal(way)]
  return { zh: all.map(({ zh }) => zh).join(''), en: all.map(({ en }) => en).join('') }
}

function onceEach(ways: readonly Way[]): Way[] {
  const seen = new Set<string>()
  return ways.filter((way) => {
    const key = JSON.stringify([way.to?.id ?? null, way.when])
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
  const chooses = ways.some(({ isChosen }) => isChosen)
  const all = ways.map(told)
  const { zh, en } = chooses
    ? { zh: all.map((one) => one.zh).join('；'), en: all.map((one) => one.en).join('; ') }
    : listed(all)
  return ways.length > 1 && !chooses
    ? { zh: `然后同时：${zh}`, en: `Then at the same time: ${en}` }
    : { zh: `然后：${zh}`, en: `Then: ${en}` }
}
