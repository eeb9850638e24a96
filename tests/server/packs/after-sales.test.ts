import { BpmnModdle, type ModdleElement } from 'bpmn-moddle'
import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json' with { type: 'json' }
import { jobTypes } from '../../../server/contract/job-types.ts'
import type { Policy, Reason } from '../../../server/contract/packs.ts'
import { evaluateDecision } from '../../../workflows/decisions/evaluate.ts'
import { readDmn } from '../../../workflows/decisions/read-dmn.ts'

const folder = 'templates/after-sales'
const json = <T>(path: string): T => JSON.parse(readFileSync(`${folder}/${path}`, 'utf8')) as T
const reasons = json<Reason[]>('reasons.json')
const roleKeys = json<{ key: string }[]>('roles.json').map(({ key }) => key)
const diagrams = globSync(`${folder}/processes/*.bpmn`).map((file) => ({ file, xml: readFileSync(file, 'utf8') }))

async function decide(name: string, input: Record<string, unknown>) {
  const read = await readDmn(readFileSync(`${folder}/decisions/${name}.dmn`, 'utf8'))
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message.en).join())
  const now = '2026-11-25T08:00:00Z'
  const answer = evaluateDecision(read.model, name, {
    get: (key: string) => input[key],
    now,
    timeZone: 'Asia/Shanghai',
  } as never)
  if (!answer.ok) throw new Error(answer.message.en)
  return {
    output: answer.output,
    sentence: answer.matched[0]?.annotation,
    rule: answer.matched[0]?.ruleIndex,
  }
}

const eligibility = (facts: Record<string, unknown>) =>
  decide('cancel-eligibility', {
    initiator: 'customer',
    kind: 'goods',
    returnClass: 'standard',
    latePromise: false,
    ...facts,
  })
const level = async (facts: Record<string, unknown>) => {
  const input = { doc: 'cancel', tier: 'regular', ordersTouched: 1, reason: 'C32', amount: 0, ...facts }
  return (await decide('approval-level', input)).output
}

describe('DT-01, whether and how something may be canceled', () => {
  it.each([
    ['the shop cancels', { initiator: 'merchant', stage: 'picking' }, 'auto', 1],
    ['nothing is paid', { stage: 'unpaid' }, 'auto', 2],
    ['we are late', { stage: 'packed', latePromise: true }, 'auto', 3],
    ['nothing is picked', { stage: 'allocated' }, 'auto', 4],
    ['a custom piece is not yet in making', { stage: 'paid', returnClass: 'custom' }, 'auto', 4],
    ['a custom piece is being made', { stage: 'making', returnClass: 'custom' }, 'approve', 5],
    ['picking has begun', { stage: 'picking' }, 'stop', 6],
    ['it is packed', { stage: 'packed' }, 'stop', 6],
    ['the carrier has it', { stage: 'handedOver' }, 'intercept', 7],
    ['it is on its way', { stage: 'inTransit', latePromise: true }, 'intercept', 7],
    ['it was signed for', { stage: 'delivered' }, 'toReturn', 8],
    ['nothing else fits', { stage: 'making' }, 'approve', 9],
  ])('when %s', async (_, facts, outcome, rule) => {
    const decided = await eligibility(facts)

    expect(decided.output).toMatchObject({ outcome })
    expect(decided.rule).toBe(rule)
    expect(decided.sentence).toMatch(/。$/)
  })

  it('keeps at most half of the price of a custom piece, and says what for', async () => {
    expect((await eligibility({ stage: 'making', returnClass: 'custom' })).output).toEqual({
      outcome: 'approve',
      feeRate: 0.5,
      feeBasis: '已发生的制作成本',
      freightRefund: 'full',
    })
  })

  it('tells the customer in the policy the same sentence as the rule', () => {
    const [policy] = json<Policy[]>('policies.json')
    const file = readFileSync(`${folder}/decisions/cancel-eligibility.dmn`, 'utf8')
    const sentences = [...file.matchAll(/<rule id[\s\S]*?<description>(.*?)<\/description>/g)].map((match) => match[1])

    expect(sentences).toHaveLength(9)
    for (const { sentence, rule } of policy?.clauses ?? []) expect(sentence).toBe(sentences[rule - 1])
  })
})

describe('DT-07, who has to approve', () => {
  it.each([
    ['4,999.99', { amount: 499_999 }, 0],
    ['exactly 5,000.00', { amount: 500_000 }, 0],
    ['5,000.01', { amount: 500_001 }, 1],
    ['9,000.00 of a gold customer', { amount: 900_000, tier: 'gold' }, 0],
    ['10,000.01 of a gold customer', { amount: 1_000_001, tier: 'gold' }, 1],
    ['50,000.00', { amount: 5_000_000 }, 1],
    ['50,000.01, whoever asks', { amount: 5_000_001, tier: 'business' }, 2],
    ['one order that the shop cancels', { doc: 'merchantCancel', reason: 'M1' }, 1],
    ['two orders that the shop cancels', { doc: 'merchantCancel', ordersTouched: 2, reason: 'M1' }, 2],
    ['21 orders that the shop cancels', { doc: 'merchantCancel', ordersTouched: 21, reason: 'M2' }, 3],
    ['a wrong price, even for one order', { doc: 'merchantCancel', reason: 'M3' }, 3],
    ['5,000.01 of somebody whose tier is not known', { amount: 500_001, tier: null }, 1],
    ['anything else', { doc: 'exchange', amount: 900_000 }, 0],
  ])('for %s', async (_, facts, expected) => {
    expect(await level(facts)).toBe(expected)
  })
})

describe('DT-06, how much may be given on top', () => {
  it('lets five percent, at least 5 and at most 100, be given when we have no goods', async () => {
    expect((await decide('compensation-ceiling', { cause: 'K', event: 'canceledByUs' })).output).toMatchObject({
      rate: 0.05,
      least: 500,
      cap: 10000,
    })
  })

  it('lets nothing be given for suspected fraud', async () => {
    expect((await decide('compensation-ceiling', { cause: 'F', event: 'canceledByUs' })).output).toMatchObject({
      rate: 0,
      cap: 0,
    })
  })
})

describe('the catalogs', () => {
  it('has every reason of customer and shop, each with who answers for it', () => {
    const leaves = reasons.filter(({ parent }) => parent !== null)

    expect(
      leaves
        .map(({ code }) => code)
        .sort()
        .join(' '),
    ).toBe('C11 C12 C13 C21 C22 C31 C32 C33 C34 C41 C42 C43 C51 C52 M1 M2 M3 M4 M5')
    expect(leaves.every(({ rootCause, avoidable, evidence }) => rootCause && avoidable && evidence)).toBe(true)
    expect(leaves.filter(({ by }) => by === 'merchant').every(({ code }) => code.startsWith('M'))).toBe(true)
  })

  it('knows the working Saturdays that make up for the holidays', () => {
    const { makeUpDays, holidays } = json<{ makeUpDays: string[]; holidays: { date: string }[] }>('calendars.json')

    for (const day of makeUpDays) expect([0, 6]).toContain(new Date(`${day}T00:00:00Z`).getUTCDay())
    expect(holidays.filter(({ date }) => makeUpDays.includes(date))).toEqual([])
    expect(holidays.some(({ date }) => date.startsWith('2027-02'))).toBe(true)
  })

  it('addresses the customer in both languages', () => {
    for (const { body, subject } of json<{ body: { zh: string; en: string }; subject: { zh: string; en: string } }[]>(
      'reply-templates.json',
    )) {
      expect([body.zh, body.en, subject.zh, subject.en].every((text) => text.length > 0)).toBe(true)
      const names = (text: string) => [...text.matchAll(/\{\{(.*?)\}\}/g)].map((match) => match[1]).sort()
      expect(names(body.zh)).toEqual(names(body.en))
    }
  })
})

describe.each(diagrams)('the diagram $file', ({ xml }) => {
  async function elements() {
    const { elementsById, warnings } = await new BpmnModdle({ zeebe }).fromXML(xml)
    expect(warnings).toEqual([])
    return elementsById
  }
  const attributes = (pattern: RegExp) => [...xml.matchAll(pattern)].map((match) => match[1] ?? '')

  it('draws every element, and nothing that is not there', async () => {
    const byId = await elements()
    const drawn = Object.values(byId).filter(({ $type }) => ['bpmndi:BPMNShape', 'bpmndi:BPMNEdge'].includes($type))
    const shown = drawn.map((shape) => (shape['bpmnElement'] as ModdleElement).id)
    const kinds = /Task$|Event$|Gateway$|SequenceFlow$|SubProcess$|Lane$|Participant$/
    const there = Object.values(byId).filter(({ $type }) => kinds.test($type))

    expect(shown.toSorted()).toEqual(there.map(({ id }) => id).toSorted())
  })

  it('keeps every task at 96 by 56 and every waypoint inside of its pool', async () => {
    const byId = await elements()
    const bounds = (id: string) =>
      byId[`${id}-shape`]?.['bounds'] as { x: number; y: number; width: number; height: number }
    const tasks = Object.values(byId).filter(({ $type }) => $type.endsWith('Task'))
    const pool = Object.values(byId).find(({ $type }) => $type === 'bpmn:Participant')
    const frame = bounds(String(pool?.id))

    for (const { id } of tasks) expect([bounds(String(id)).width, bounds(String(id)).height]).toEqual([96, 56])
    for (const edge of Object.values(byId).filter(({ $type }) => $type === 'bpmndi:BPMNEdge')) {
      for (const { x, y } of edge['waypoint'] as { x: number; y: number }[]) {
        expect(x).toBeGreaterThanOrEqual(frame.x)
        expect(x).toBeLessThanOrEqual(frame.x + frame.width)
        expect(y).toBeLessThanOrEqual(frame.y + frame.height)
      }
    }
    // 1,440 px at 90 %.
    expect(frame.width).toBeLessThanOrEqual(1600)
  })

  it('crosses no two lines', async () => {
    const byId = await elements()
    const edges = Object.values(byId).filter(({ $type }) => $type === 'bpmndi:BPMNEdge')
    const segments = edges.flatMap((edge) => {
      const points = edge['waypoint'] as { x: number; y: number }[]
      return points.slice(1).map((to, index) => ({ edge: String(edge.id), from: points[index]!, to }))
    })
    const between = (value: number, a: number, b: number) => value > Math.min(a, b) && value < Math.max(a, b)
    const crossings = segments.flatMap((one) =>
      segments
        .filter((other) => one.edge < other.edge)
        .filter(
          (other) =>
            (one.from.x === one.to.x &&
              other.from.y === other.to.y &&
              between(one.from.x, other.from.x, other.to.x) &&
              between(other.from.y, one.from.y, one.to.y)) ||
            (one.from.y === one.to.y &&
              other.from.x === other.to.x &&
              between(other.from.x, one.from.x, one.to.x) &&
              between(one.from.y, other.from.y, other.to.y)),
        )
        .map((other) => `${one.edge} x ${other.edge}`),
    )

    expect(crossings).toEqual([])
  })

  it('names only jobs, decisions, forms, templates and roles that exist', () => {
    const there = (pattern: string) =>
      globSync(`${folder}/${pattern}`).map((path) => path.replace(/^.*[/\\]|\.(dmn|form\.json)$/g, ''))
    const templates = json<{ code: string }[]>('reply-templates.json').map(({ code }) => code)

    expect(jobTypes.map(({ type }) => type)).toEqual(
      expect.arrayContaining(attributes(/taskDefinition type="([^"]+)"/g)),
    )
    expect(there('decisions/*.dmn')).toEqual(expect.arrayContaining(attributes(/decisionId="([^"]+)"/g)))
    expect(there('forms/*.form.json')).toEqual(expect.arrayContaining(attributes(/formId="([^"]+)"/g)))
    expect(templates).toEqual(expect.arrayContaining(attributes(/&quot;(T-\d\d)&quot;/g)))
    expect(roleKeys).toEqual(
      expect.arrayContaining([
        ...attributes(/kind="role" value="([^"]+)"/g),
        ...attributes(/whenNobodyRole="([^"]+)"/g),
        ...attributes(/(?:startableBy|visibleTo)="([^"]+)"/g).flatMap((list) => list.split(' ')),
      ]),
    )
  })

  it('gives staff guidance at every step, and fields only that the form has', async () => {
    const byId = await elements()
    const tasks = Object.values(byId).filter(({ $type }) => $type === 'bpmn:UserTask')

    expect(tasks.length).toBeGreaterThan(0)
    for (const task of tasks) {
      const [, body = ''] = new RegExp(`<bpmn:userTask id="${task.id}"([\\s\\S]*?)</bpmn:userTask>`).exec(xml) ?? []
      if (task.id !== 'choose') expect(body).toContain('<retour:guidance>')
      const formId = /formId="([^"]+)"/.exec(body)?.[1]
      const { schema } = json<{ schema: { properties: Record<string, unknown> } }>(`forms/${formId}.form.json`)
      for (const [, path = ''] of body.matchAll(/<retour:field path="([^"]+)"/g)) {
        const found = path
          .split('.')
          .reduce<{ properties?: Record<string, unknown> } | undefined>(
            (at, key) => at?.properties?.[key] as { properties?: Record<string, unknown> } | undefined,
            schema,
          )
        expect(found, `${formId} ${path}`).toBeDefined()
      }
    }
  })
})
