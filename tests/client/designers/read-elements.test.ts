import { describe, expect, it } from 'vitest'
import { readElements } from '../../../client/designers/process/read-elements.ts'

const diagram = (inside: string) =>
  `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:shop">
    <bpmn:process id="other"><bpmn:task id="elsewhere" /></bpmn:process>
    <bpmn:process id="p">${inside}</bpmn:process>
  </bpmn:definitions>`

describe('the elements of a diagram, for pickers', () => {
  it('knows kind, name and the sub-process around, and leaves lines and other processes out', async () => {
    const elements = await readElements(
      diagram(`<bpmn:userTask id="a" name="审核" /><bpmn:sequenceFlow id="f" sourceRef="a" targetRef="s" />
        <bpmn:subProcess id="s"><bpmn:task id="inner" /></bpmn:subProcess>`),
      'p',
    )

    expect(elements).toEqual([
      { id: 'a', name: '审核', kind: 'userTask', parent: null, holds: true },
      { id: 's', name: '', kind: 'subProcess', parent: null, holds: true },
      { id: 'inner', name: '', kind: 'task', parent: 's', holds: true },
    ])
  })

  it('says where a case cannot be put: what only an event or an undoing begins', async () => {
    const elements = await readElements(
      diagram(`<bpmn:task id="undo" isForCompensation="true" />
        <bpmn:subProcess id="e" triggeredByEvent="true"><bpmn:task id="within" /></bpmn:subProcess>
        <bpmn:task id="a" /><bpmn:boundaryEvent id="b" attachedToRef="a"><bpmn:compensateEventDefinition /></bpmn:boundaryEvent>`),
      'p',
    )

    expect(elements.filter(({ holds }) => holds).map(({ id }) => id)).toEqual(['a'])
    expect(elements).toHaveLength(5)
  })
})
