/**
 * A BPMN file written in a few lines, for tests that publish: each node is its XML, flows are `from -> to`, or
 * `from -> to : condition`, or `from => to` for the default flow.
 *
 *     bpmnXml('p', ['<startEvent id="s"/>', '<endEvent id="e"/>'], ['s -> e'])
 */
export function bpmnXml(processId: string, nodes: string[], flows: string[], roots: string[] = []): string {
  const parsed = flows.map((text, index) => {
    const match = /^(\S+) (->|=>) (\S+?)(?: : (.+))?$/.exec(text)
    if (!match) throw new Error(`not a flow: ${text}`)
    const [, from = '', arrow, to = '', condition] = match
    return { id: `f${index + 1}`, from, to, condition, isDefault: arrow === '=>' }
  })
  const withDefault = (xml: string) => {
    const id = /id="([^"]+)"/.exec(xml)?.[1]
    const flow = parsed.find((candidate) => candidate.from === id && candidate.isDefault)
    return flow ? xml.replace(/^<bpmn:\w+/, (tag) => `${tag} default="${flow.id}"`) : xml
  }
  const prefixed = (xml: string) => xml.replaceAll(/<(\/?)([a-z]\w*)(?![\w:])/g, '<$1bpmn:$2')
  const flowXml = parsed.map(({ id, from, to, condition }) =>
    condition === undefined
      ? `<bpmn:sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"/>`
      : `<bpmn:sequenceFlow id="${id}" sourceRef="${from}" targetRef="${to}"><bpmn:conditionExpression>=${condition.replaceAll('<', '&lt;')}</bpmn:conditionExpression></bpmn:sequenceFlow>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:retour="urn:retour:1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions_${processId}" targetNamespace="urn:test">
${roots.map(prefixed).join('\n')}
<bpmn:process id="${processId}" name="${processId}" isExecutable="true">
${nodes.map((node) => withDefault(prefixed(node))).join('\n')}
${flowXml.join('\n')}
</bpmn:process>
</bpmn:definitions>`
}

const extensions = (inner: string) => `<extensionElements>${inner}</extensionElements>`

export const serviceTask = (id: string, type: string, retries = 3): string =>
  `<serviceTask id="${id}">${extensions(`<zeebe:taskDefinition type="${type}" retries="${retries}"/>`)}</serviceTask>`

export const scriptTask = (id: string, expression: string, resultVariable: string): string =>
  `<scriptTask id="${id}">${extensions(`<zeebe:script expression="=${expression}" resultVariable="${resultVariable}"/>`)}</scriptTask>`

export const userTask = (id: string, candidateUsers?: string): string =>
  `<userTask id="${id}" name="${id}">${extensions(
    `<zeebe:userTask/>${candidateUsers ? `<zeebe:assignmentDefinition candidateUsers="${candidateUsers}"/>` : ''}`,
  )}</userTask>`

export const message = (id: string, name: string, correlationKey?: string): string =>
  `<message id="${id}" name="${name}">${
    correlationKey === undefined ? '' : extensions(`<zeebe:subscription correlationKey="=${correlationKey}"/>`)
  }</message>`

export const timerCatch = (id: string, duration: string): string =>
  `<intermediateCatchEvent id="${id}"><timerEventDefinition id="${id}_t"><timeDuration>${duration}</timeDuration></timerEventDefinition></intermediateCatchEvent>`

export const messageCatch = (id: string, messageRef: string): string =>
  `<intermediateCatchEvent id="${id}"><messageEventDefinition id="${id}_m" messageRef="${messageRef}"/></intermediateCatchEvent>`
