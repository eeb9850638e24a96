import { describe, expect, it } from 'vitest'
import ElementTip from '../../../client/designers/process/ElementTip.vue'
import { toldOf } from '../../../client/designers/process/use-hover.ts'
import { show } from '../../support/mount.ts'

const hovered = { id: 'approve', kind: 'userTask', name: '经理审批', box: new DOMRect(100, 100, 96, 56) }

describe('what is said of an element of a diagram', () => {
  it('says in the studio what kind of thing it is and what happens there', async () => {
    const { text } = await show(ElementTip, { hovered })

    expect(text()).toBe('人办的一步交给人填表或审批，办完再往下走')
  })

  it('says on a running case its name, and what happened or is waited for', async () => {
    const facts = [
      { text: '等周明元办理', tone: 'now' },
      { text: '开始「经理审批」', at: '2026-11-23T01:48:00Z' },
    ]
    const { wrapper } = await show(ElementTip, { hovered, facts, id: 'tip' }, { language: 'en' })

    expect(wrapper.find('#tip[role=tooltip] strong').text()).toContain('经理审批')
    expect(wrapper.findAll('li').map((fact) => fact.text())).toEqual([
      '等周明元办理',
      expect.stringContaining('开始「经理审批」'),
    ])
    expect(wrapper.find('li.is-now').exists()).toBe(true)
  })

  it('says nothing while nothing is looked at', async () => {
    expect((await show(ElementTip, { hovered: null })).wrapper.find('[role=tooltip]').exists()).toBe(false)
  })

  it('takes a label for the element that it belongs to, and leaves the sheet alone', () => {
    const element = (type: string, name?: string) =>
      ({ id: 'x', businessObject: { $type: type, id: 'x', name } }) as never
    const label = { id: 'x_label', labelTarget: element('bpmn:UserTask', '质检') } as never

    expect(toldOf(label)).toEqual({ id: 'x', kind: 'userTask', name: '质检' })
    expect(toldOf(element('bpmn:Process'))).toBeUndefined()
  })
})
