// The drawing that a new process begins with: one pool, from a start to an end.

/** Return BPMN 2.0 for a process of this name. */
export function emptyDrawing(name: string): string {
  const id = name.replaceAll("-", "_");
  return `<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" id="Definitions_${id}" targetNamespace="urn:renkei:${name}">
  <bpmn:collaboration id="Collaboration_${id}" name="${name}">
    <bpmn:participant id="Pool_${id}" name="${name}" processRef="Process_${id}" />
  </bpmn:collaboration>
  <bpmn:process id="Process_${id}" name="${name}" isExecutable="false">
    <bpmn:startEvent id="Start_${id}">
      <bpmn:outgoing>Flow_${id}_begin</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:userTask id="Task_${id}">
      <bpmn:incoming>Flow_${id}_begin</bpmn:incoming>
      <bpmn:outgoing>Flow_${id}_end</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:endEvent id="End_${id}">
      <bpmn:incoming>Flow_${id}_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="Flow_${id}_begin" sourceRef="Start_${id}" targetRef="Task_${id}" />
    <bpmn:sequenceFlow id="Flow_${id}_end" sourceRef="Task_${id}" targetRef="End_${id}" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="Diagram_${id}">
    <bpmndi:BPMNPlane id="Plane_${id}" bpmnElement="Collaboration_${id}">
      <bpmndi:BPMNShape id="Pool_${id}_di" bpmnElement="Pool_${id}" isHorizontal="true">
        <dc:Bounds x="120" y="80" width="600" height="200" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Start_${id}_di" bpmnElement="Start_${id}">
        <dc:Bounds x="212" y="162" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="Task_${id}_di" bpmnElement="Task_${id}">
        <dc:Bounds x="330" y="140" width="100" height="80" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="End_${id}_di" bpmnElement="End_${id}">
        <dc:Bounds x="512" y="162" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="Flow_${id}_begin_di" bpmnElement="Flow_${id}_begin">
        <di:waypoint x="248" y="180" />
        <di:waypoint x="330" y="180" />
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="Flow_${id}_end_di" bpmnElement="Flow_${id}_end">
        <di:waypoint x="430" y="180" />
        <di:waypoint x="512" y="180" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
`;
}
