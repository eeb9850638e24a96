import { readFileSync } from 'node:fs'
import { BpmnModdle } from 'bpmn-moddle'
import { describe, expect, it } from 'vitest'
import {
  besides,
  followersOf,
  kindGroups,
  kindOf,
  kinds,
  replacementsOf,
} from '../../../client/designers/process/kinds.ts'
import { toolGroups } from '../../../client/designers/process/tools.ts'
import { loadMessages } from '../../../client/i18n/index.ts'
import { elements } from '../../../workflows/engine/elements/table.ts'

const inProcess = { parent: 'process' }

async function kindIn(xml: string, id: string) {
  const { elementsById } = await new BpmnModdle()
    .fromXML(`<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t">
      <bpmn:process id="p">${xml}</bpmn:process></bpmn:definitions>`)
  return kindOf(elementsById[id] as never)
}

describe('what the studio offers', () => {
  it('is what the engine executes, and nothing else', () => {
    expect([...kinds.keys()].sort()).toEqual([...elements.keys()].sort())
  })

  it('is explained in plain words, in Chinese and in English', async () => {
    for (const language of ['zh-CN', 'en'] as const) {
      const { element: words } = (await loadMessages(language)) as {
        element: Record<string, { name: string; does: string }>
      }
      for (const kind of [...kinds.keys(), ...Object.keys(besides)]) {
        expect(words[kind]?.name, `${language} ${kind}`).toBeTruthy()
        expect(words[kind]?.does, `${language} ${kind}`).toBeTruthy()
      }
    }
  })

  it('has a sign that the font of the editor knows, and a place in the menu', () => {
    const font = readFileSync('node_modules/bpmn-js/dist/assets/bpmn-font/css/bpmn.css', 'utf8')
    const signs = [...kinds.values(), ...Object.values(besides)].map(({ icon }) => icon)

    expect(signs.filter((sign) => !font.includes(`.${sign}:before`))).toEqual([])
    expect([...kinds.values()].filter(({ group }) => !kindGroups.includes(group))).toEqual([])
  })

  it('shows a newcomer only the usual ones at once', () => {
    const drawn = toolGroups.flat().flatMap(({ draws }) => (draws ? [draws.kind] : []))

    expect(drawn.length).toBeLessThanOrEqual(14)
    expect(drawn.filter((kind) => !kinds.has(kind))).toEqual([])
  })
})

describe('the kind of an element', () => {
  it.each([
    ['<bpmn:userTask id="a" />', 'userTask'],
    ['<bpmn:subProcess id="a" triggeredByEvent="true" />', 'eventSubProcess'],
    ['<bpmn:endEvent id="a" />', 'noneEndEvent'],
    [
      '<bpmn:intermediateCatchEvent id="a"><bpmn:signalEventDefinition id="s" /></bpmn:intermediateCatchEvent>',
      'signalCatchEvent',
    ],
    [
      '<bpmn:intermediateCatchEvent id="a" parallelMultiple="true"><bpmn:signalEventDefinition id="s" /><bpmn:messageEventDefinition id="m" /></bpmn:intermediateCatchEvent>',
      'parallelMultipleCatchEvent',
    ],
    [
      '<bpmn:subProcess id="e" triggeredByEvent="true"><bpmn:startEvent id="a"><bpmn:errorEventDefinition id="s" /></bpmn:startEvent></bpmn:subProcess>',
      'errorStartEventOfEventSubProcess',
    ],
  ])('of %s is %s', async (xml, kind) => {
    expect(await kindIn(xml, 'a')).toBe(kind)
  })
})

describe('the menus', () => {
  it('turn a step into any other step, and an event into events of its place', () => {
    expect(replacementsOf('userTask', inProcess)).toContain('callActivity')
    expect(replacementsOf('userTask', inProcess)).not.toContain('exclusiveGateway')
    expect(replacementsOf('timerCatchEvent', inProcess)).toContain('signalThrowEvent')
    expect(replacementsOf('exclusiveGateway', inProcess)).toEqual([
      'parallelGateway',
      'inclusiveGateway',
      'eventBasedGateway',
      'complexGateway',
    ])
  })

  it('offer the end that cancels in a transaction only, and its catcher on one only', () => {
    expect(replacementsOf('noneEndEvent', inProcess)).not.toContain('cancelEndEvent')
    expect(replacementsOf('noneEndEvent', { parent: 'transaction' })).toContain('cancelEndEvent')
    expect(followersOf('userTask', inProcess)).not.toContain('cancelBoundaryEvent')
    expect(followersOf('transaction', inProcess)).toContain('cancelBoundaryEvent')
  })

  it('begin a sub-process by a plain start, an event sub-process by an event', () => {
    expect(replacementsOf('noneStartEvent', { parent: 'subProcess' })).toEqual([])
    expect(replacementsOf('messageStartEventOfEventSubProcess', { parent: 'eventSubProcess' })).toContain(
      'errorStartEventOfEventSubProcess',
    )
  })

  it('put nothing after an end, only waiting after a race of events, and only an undoing step at an undo mark', () => {
    expect(followersOf('noneEndEvent', inProcess)).toEqual([])
    expect(followersOf('eventBasedGateway', inProcess)).toEqual([
      'timerCatchEvent',
      'messageCatchEvent',
      'signalCatchEvent',
      'conditionalCatchEvent',
      'multipleCatchEvent',
      'parallelMultipleCatchEvent',
      'receiveTask',
    ])
    expect(followersOf('compensateBoundaryEvent', inProcess)).toContain('serviceTask')
    expect(followersOf('compensateBoundaryEvent', inProcess)).not.toContain('noneEndEvent')
  })
})
