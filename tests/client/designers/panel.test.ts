import { flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import AdHocSection from '../../../client/designers/process/panel/AdHocSection.vue'
import AssociationSection from '../../../client/designers/process/panel/AssociationSection.vue'
import CallSection from '../../../client/designers/process/panel/CallSection.vue'
import DeadlineSection from '../../../client/designers/process/panel/DeadlineSection.vue'
import DataSection from '../../../client/designers/process/panel/DataSection.vue'
import EventSection from '../../../client/designers/process/panel/EventSection.vue'
import GatewaySection from '../../../client/designers/process/panel/GatewaySection.vue'
import ListenersSection from '../../../client/designers/process/panel/ListenersSection.vue'
import LoopSection from '../../../client/designers/process/panel/LoopSection.vue'
import WorkSection from '../../../client/designers/process/panel/WorkSection.vue'
import { aPanel } from '../../support/paper-diagram.ts'

afterEach(() => vi.unstubAllGlobals())

const each = (more = '') =>
  `<bpmn:userTask id="work"><bpmn:multiInstanceLoopCharacteristics ${more}><bpmn:loopCardinality xsi:type="bpmn:tFormalExpression">=3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>`

describe('how often a step is done', () => {
  it('goes from once to again while a condition holds, with a limit', async () => {
    const panel = await aPanel(LoopSection, '<bpmn:task id="work" />', 'work')

    await panel.pick('这一步', '条件成立就再做一次')
    await panel.formula('成立就再做：', 'loopCounter < 3')
    await panel.write('，最多', '5')

    expect((await panel.node()).standardLoop).toEqual({ condition: 'loopCounter < 3', testBefore: false, maximum: 5 })
    await panel.pick('这一步', '做一次')
    expect((await panel.node()).standardLoop).toBeUndefined()
  })

  it('is done for each of a list, collects what came of it, and may be enough before the end', async () => {
    const panel = await aPanel(LoopSection, '<bpmn:task id="work" />', 'work')

    await panel.pick('这一步', '对每一项依次做')
    await panel.formula('清单里的每一项', 'lines')
    await panel.write('每一项叫', 'line')
    await panel.write('每一项的结果收进', 'results')
    await panel.formula('每一项收什么', 'line.ok')
    await panel.formula('不必全部做完，只要：', 'numberOfCompletedInstances > 1')

    expect((await panel.node()).multiInstance).toMatchObject({
      sequential: true,
      collection: 'lines',
      inputElement: 'line',
      outputCollection: 'results',
      outputElement: 'line.ok',
      completionCondition: 'numberOfCompletedInstances > 1',
    })
  })

  it('tells nobody that one is done, unless it is said, and takes it back without a trace', async () => {
    const panel = await aPanel(LoopSection, each(), 'work')
    expect((await panel.node()).multiInstance?.events).toBeUndefined()

    await panel.pick('每做完一项', '第一项做完时告诉外面')
    await panel.pick('用', '上报')
    await panel.pick('上报', '新的上报…')
    expect((await panel.node()).multiInstance?.events).toEqual([
      { when: 'first', condition: null, triggers: [{ kind: 'escalation', code: { text: 'escalation-1' } }] },
    ])

    await panel.pick('每做完一项', '每一项做完都告诉外面')
    expect((await panel.node()).multiInstance?.events?.[0]).toMatchObject({ when: 'each' })
    await panel.pick('每做完一项', '不另外告诉谁')
    expect((await panel.node()).multiInstance?.events).toBeUndefined()
    expect(await panel.xml()).not.toMatch(/escalationEventDefinition|behavior=/)
  })

  it('tells by conditions what is to be told, each with its own', async () => {
    const panel = await aPanel(LoopSection, each(), 'work', '<bpmn:signal id="s" name="半数" />')

    await panel.pick('每做完一项', '看条件告诉外面')
    await panel.formula('这个条件成立就告诉：', 'numberOfCompletedInstances = 2')
    await panel.pick('广播', '半数')
    await panel.press('再加一个条件')
    await panel.formula('这个条件成立就告诉：', 'numberOfCompletedInstances = 3', 1)
    await panel.pick('用', '消息', 1)
    await panel.pick('发出', '货寄回来了')

    expect((await panel.node()).multiInstance?.events).toMatchObject([
      { condition: 'numberOfCompletedInstances = 2', triggers: [{ kind: 'signal', name: { text: '半数' } }] },
      { condition: 'numberOfCompletedInstances = 3', triggers: [{ kind: 'message' }] },
    ])
    await panel.press('去掉')
    expect((await panel.node()).multiInstance?.events).toHaveLength(1)
  })
})

describe('steps that people pick', () => {
  it('come one at a time, are enough by a condition, and collect what came of them', async () => {
    const panel = await aPanel(
      AdHocSection,
      '<bpmn:adHocSubProcess id="free"><bpmn:task id="a" /></bpmn:adHocSubProcess>',
      'free',
    )

    await panel.pick('里面的步骤', '一次只做一步')
    await panel.formula('够了就走：', 'found')
    await panel.pick('够了以后，还在办的', '办完再走')
    await panel.formula('一开始就要做的步骤', '["a"]')
    await panel.write('每一项的结果收进', 'answers')
    await panel.formula('每一项收什么', 'answer')

    expect((await panel.node()).adHoc).toMatchObject({
      elements: '["a"]',
      condition: 'found',
      ordering: 'Sequential',
      cancelRemaining: false,
      outputCollection: 'answers',
      outputElement: 'answer',
    })
  })

  it('leave nothing behind when what was said is emptied again', async () => {
    const panel = await aPanel(
      AdHocSection,
      '<bpmn:adHocSubProcess id="free"><bpmn:extensionElements><zeebe:adHoc outputCollection="answers" /></bpmn:extensionElements><bpmn:task id="a" /></bpmn:adHocSubProcess>',
      'free',
    )

    await panel.write('每一项的结果收进', '')

    expect(await panel.xml()).not.toContain('extensionElements')
  })
})

describe('a line between a step and data', () => {
  const drawn = (inside = '') =>
    `<bpmn:dataObject id="paper" /><bpmn:dataObjectReference id="shown" name="单据" dataObjectRef="paper" />
    <bpmn:task id="work"><bpmn:dataInputAssociation id="line"><bpmn:sourceRef>shown</bpmn:sourceRef>${inside}</bpmn:dataInputAssociation></bpmn:task>`
  const association = async (panel: Awaited<ReturnType<typeof aPanel>>) => (await panel.node('work')).data?.inputs[0]

  it('takes over part by part', async () => {
    const panel = await aPanel(AssociationSection, drawn(), 'line')

    await panel.pick('内容怎么传', '一项一项地')
    await panel.formula('把', 'paper.total')
    await panel.write('记到', 'amount')
    await panel.press('再加一项')
    await panel.formula('把', 'paper.no', 1)
    await panel.write('记到', 'number', 1)

    expect((await association(panel))?.assignments).toEqual([
      { from: 'paper.total', to: 'amount' },
      { from: 'paper.no', to: 'number' },
    ])
    await panel.press('去掉')
    expect((await association(panel))?.assignments).toEqual([{ from: 'paper.no', to: 'number' }])
  })

  it('takes what a formula makes of it, or all as it is', async () => {
    const panel = await aPanel(AssociationSection, drawn('<bpmn:targetRef>work</bpmn:targetRef>'), 'line')

    await panel.pick('内容怎么传', '按公式算出来')
    expect(await panel.xml()).toContain('=paper<')
    await panel.formula('按公式算出来', 'sum(paper.lines)')
    expect(await panel.xml()).toContain('=sum(paper.lines)<')

    await panel.pick('内容怎么传', '原样全部')
    expect(await panel.xml()).not.toContain('transformation')
  })
})

describe('who picks the free steps', () => {
  it('is people, or a worker that is asked what comes next', async () => {
    const panel = await aPanel(
      AdHocSection,
      '<bpmn:adHocSubProcess id="free"><bpmn:task id="a" /></bpmn:adHocSubProcess>',
      'free',
    )

    await panel.pick('由谁挑', '通知')
    expect((await panel.node()).job).toMatchObject({ type: { text: 'notify' } })
    await panel.pick('由谁挑', '人')
    expect((await panel.node()).job).toBeUndefined()
  })
})

describe('what is done before and after a step', () => {
  it('is added, tried again as often as said, and taken away', async () => {
    const panel = await aPanel(ListenersSection, '<bpmn:serviceTask id="work" />', 'work')

    await panel.press('办之前和办完以后')
    await panel.pick('加一件：', '结束以后')
    await panel.pick('做什么', '通知')
    await panel.write('不通时重试', '5')

    expect((await panel.node()).listeners).toEqual([
      { on: 'end', type: { text: 'notify' }, retries: { text: '5' }, headers: {} },
    ])
    await panel.press('去掉')
    expect((await panel.node()).listeners ?? []).toEqual([])
  })

  it('is offered for each change of a task, and where something has begun only after it', async () => {
    const task = await aPanel(ListenersSection, '<bpmn:userTask id="work" />', 'work', '', { changes: true })
    await task.press('办之前和办完以后')
    await task.pick('加一件：', '换人办理之前')
    expect((await task.node()).taskListeners).toMatchObject([{ on: 'assigning' }])

    const start = await aPanel(ListenersSection, '<bpmn:startEvent id="work" />', 'work')
    await start.press('办之前和办完以后')
    expect(start.wrapper.text()).not.toContain('开始之前')
    await start.pick('加一件：', '结束以后')
    expect((await start.node()).listeners).toMatchObject([{ on: 'end' }])
  })

  it('shows the three attempts that go without saying, and refuses none', async () => {
    const panel = await aPanel(
      ListenersSection,
      '<bpmn:serviceTask id="work"><bpmn:extensionElements><zeebe:executionListeners><zeebe:executionListener eventType="start" type="notify" /></zeebe:executionListeners></bpmn:extensionElements></bpmn:serviceTask>',
      'work',
    )
    expect(panel.wrapper.find<HTMLInputElement>('input[type=number]').element.value).toBe('3')

    await panel.write('不通时重试', '0')

    expect(await panel.xml()).not.toContain('retries')
  })
})

describe('events, gateways, calls and mappings', () => {
  it('names what an event waits for, and by what it finds its case', async () => {
    const panel = await aPanel(
      EventSection,
      '<bpmn:intermediateCatchEvent id="wait"><bpmn:messageEventDefinition /></bpmn:intermediateCatchEvent>',
      'wait',
    )

    await panel.pick('等到', '货寄回来了')

    expect((await panel.node()).triggers).toMatchObject([{ kind: 'message' }])
    await panel.formula('按什么找到这一单', 'order.orderNo')
    expect(await panel.xml()).toContain('correlationKey="=order.orderNo"')
  })

  it('lets a boundary event go on beside the step instead of breaking it', async () => {
    const panel = await aPanel(
      EventSection,
      '<bpmn:task id="work" /><bpmn:boundaryEvent id="late" attachedToRef="work"><bpmn:signalEventDefinition /></bpmn:boundaryEvent>',
      'late',
    )

    await panel.pick('原来这一步', '继续，另外走这条路')

    expect((await panel.node()).interrupting).toBe(false)
  })

  it('says how many branches are enough at a complex gateway', async () => {
    const panel = await aPanel(GatewaySection, '<bpmn:complexGateway id="join" />', 'join')

    await panel.formula('到了的够这个条件，就往下走：', 'activationCount >= 2')

    expect(await panel.xml()).toContain('=activationCount &gt;= 2')
  })

  it('calls another process by a version tag', async () => {
    const items = [
      { kind: 'process', id: 'exchange', name: '换货' },
      { kind: 'form', id: 'review', name: '审核' },
    ]
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ items })))
    const panel = await aPanel(CallSection, '<bpmn:callActivity id="call" />', 'call')
    await flushPromises()

    await panel.pick('调用流程', '换货')
    await panel.pick('用', '标签为')

    expect(await panel.xml()).toMatch(/processId="exchange"/)
    expect(await panel.xml()).toMatch(/bindingType="versionTag"/)
  })

  it('binds a decision to what is published with it, and says how urgent a job is', async () => {
    const decided = `<bpmn:businessRuleTask id="work"><bpmn:extensionElements><zeebe:calledDecision decisionId="d" resultVariable="r" /></bpmn:extensionElements></bpmn:businessRuleTask>`
    const decision = await aPanel(WorkSection, decided, 'work')
    await decision.pick('用', '一起发布的版本')
    expect((await decision.node()).decision).toMatchObject({ binding: { kind: 'deployment' }, resultVariable: 'r' })

    const working = `<bpmn:serviceTask id="work"><bpmn:extensionElements><zeebe:taskDefinition type="t" /></bpmn:extensionElements></bpmn:serviceTask>`
    const job = await aPanel(WorkSection, working, 'work')
    await job.write('排队时的优先级', '9')
    expect((await job.node()).jobPriority).toEqual({ text: '9' })
    await job.write('排队时的优先级', '')
    expect((await job.node()).jobPriority).toBeUndefined()
  })

  it('lets a task rest until a date', async () => {
    const panel = await aPanel(DeadlineSection, '<bpmn:userTask id="work" />', 'work', '', { approving: false })

    await panel.write('在这之前不用看', '=date and time("2026-12-01T09:00:00+08:00")')

    expect((await panel.node()).followUpDate).toEqual({ expression: 'date and time("2026-12-01T09:00:00+08:00")' })
  })

  it('keeps of a step what is named, as words or by a formula', async () => {
    const panel = await aPanel(DataSection, '<bpmn:task id="work" />', 'work', '', { receives: true })
    await panel.press('内容怎么传')

    await panel.write('加一个名字，回车', 'note', 1)
    await panel.press('改成文字')
    await panel.write('note', '已收到')

    expect((await panel.node()).outputs).toEqual([{ source: { expression: '"已收到"' }, target: 'note' }])
    await panel.press('去掉 note')
    expect((await panel.node()).outputs).toEqual([])
  })
})
