/** A purchase with every button of an approval: applied for, checked by two, decided by whom they choose. */
export const purchase = `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:retour="urn:retour:1.0" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="file" targetNamespace="urn:test">
  <bpmn:process id="purchase" name="采购申请" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:userTask id="apply" name="填写申请">
      <bpmn:extensionElements>
        <retour:participants><retour:participant kind="initiator" /></retour:participants>
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:userTask id="check" name="会签">
      <bpmn:extensionElements>
        <retour:participants>
          <retour:participant kind="user" value="sun" /><retour:participant kind="user" value="qian" />
        </retour:participants>
        <retour:approval mode="all" />
        <retour:actions>
          <retour:action name="approve" /><retour:action name="reject" comment="required" />
          <retour:action name="return" /><retour:action name="transfer" /><retour:action name="delegate" />
          <retour:action name="addSigner" /><retour:action name="removeSigner" /><retour:action name="cc" />
          <retour:action name="ask" /><retour:action name="terminate" />
        </retour:actions>
        <retour:return to="any" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:userTask id="decide" name="决定">
      <bpmn:extensionElements>
        <retour:participants><retour:participant kind="chosenByPrevious" value="head" /></retour:participants>
        <retour:approval mode="any" />
        <retour:actions><retour:action name="approve" /><retour:action name="return" /></retour:actions>
        <retour:return to="listed" elements="apply check" afterwards="back" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="apply" />
    <bpmn:sequenceFlow id="f2" sourceRef="apply" targetRef="check" />
    <bpmn:sequenceFlow id="f3" sourceRef="check" targetRef="decide" />
    <bpmn:sequenceFlow id="f4" sourceRef="decide" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>`
