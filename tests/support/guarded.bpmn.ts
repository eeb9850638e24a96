/** A payment whose checker sees only a part of it, and whose approvers must be others; the form has a sub-table. */
export const guarded = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:retour="urn:retour:1.0" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file" targetNamespace="urn:test">
  <bpmn:process id="guarded" name="付款申请" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:userTask id="apply" name="填写申请">
      <bpmn:extensionElements>
        <zeebe:formDefinition formId="payment" />
        <retour:participants><retour:participant kind="initiator" /></retour:participants>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:userTask id="check" name="核对">
      <bpmn:extensionElements>
        <zeebe:formDefinition formId="payment" />
        <retour:participants><retour:participant kind="user" value="sun" /></retour:participants>
        <retour:actions>
          <retour:action name="approve" comment="none" /><retour:action name="reject" comment="required" />
          <retour:action name="transfer" /><retour:action name="cc" />
        </retour:actions>
        <retour:fields default="readonly">
          <retour:field path="secret" access="hidden" /><retour:field path="note" access="required" />
          <retour:field path="lines" access="editable" /><retour:field path="lines.cost" access="hidden" />
          <retour:field path="lines.sku" access="readonly" />
          <retour:field path="payee.bank" access="hidden" /><retour:field path="payee.name" access="editable" />
        </retour:fields>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:userTask id="decide" name="审批">
      <bpmn:extensionElements>
        <retour:participants>
          <retour:participant kind="user" value="sun" /><retour:participant kind="user" value="qian" />
          <retour:participant kind="user" value="li" />
        </retour:participants>
        <retour:approval mode="sequence" />
        <retour:actions>
          <retour:action name="approve" signature="true" /><retour:action name="reject" />
          <retour:action name="return" /><retour:action name="transfer" /><retour:action name="addSigner" />
        </retour:actions>
        <retour:return to="listed" elements="apply" />
        <retour:fields default="readonly"><retour:field path="fee" access="editable" /></retour:fields>
        <retour:fourEyes elements="start check" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:userTask id="pay" name="付款">
      <bpmn:extensionElements>
        <retour:participants><retour:participant kind="role" value="cashier-east" /></retour:participants>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="apply" />
    <bpmn:sequenceFlow id="f2" sourceRef="apply" targetRef="check" />
    <bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="decide" />
    <bpmn:sequenceFlow id="f4" sourceRef="decide" targetRef="pay" />
    <bpmn:sequenceFlow id="f5" sourceRef="pay" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>`

const column = (type: string) => ({ type, title: type })

/** What all its steps show, each as its rights say. */
export const paymentForm = JSON.stringify({
  id: 'payment',
  name: '付款',
  schema: {
    type: 'object',
    properties: {
      amount: { type: 'number', title: '金额' },
      secret: { type: 'string', title: '内部备注' },
      note: { type: 'string', title: '核对意见' },
      payee: { type: 'object', title: '收款人', properties: { name: column('string'), bank: column('string') } },
      lines: {
        type: 'array',
        title: '明细',
        items: {
          type: 'object',
          properties: { id: column('string'), sku: column('string'), qty: column('number'), cost: column('number') },
        },
      },
    },
  },
  uiSchema: { type: 'VerticalLayout', elements: [{ type: 'Control', scope: '#/properties/amount' }] },
})
