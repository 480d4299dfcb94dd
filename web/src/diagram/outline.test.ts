import { describe, expect, it } from "vitest";

import { flowName, localised, outlineOf, stepName } from "./outline";

const xml = `<?xml version="1.0"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
  <bpmn:collaboration id="C">
    <bpmn:participant id="P" name="Japan" processRef="Q" />
    <bpmn:messageFlow id="M" name="Request" sourceRef="A" targetRef="B" />
  </bpmn:collaboration>
  <bpmn:process id="Q">
    <bpmn:laneSet id="S"><bpmn:lane id="L" name="Operations"><bpmn:flowNodeRef>A</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
    <bpmn:userTask id="A" name="Brief&#10;the minister" />
    <bpmn:endEvent id="B" />
    <bpmn:sequenceFlow id="F" sourceRef="A" targetRef="B" />
  </bpmn:process>
</bpmn:definitions>`;

describe("the outline of a drawing", () => {
  it("has every step with its pool and lane, in order", () => {
    const { steps } = outlineOf(xml);
    expect(steps).toEqual([
      { id: "A", type: "userTask", name: "Brief the minister", pool: "Japan", lane: "Operations" },
      { id: "B", type: "endEvent", name: "", pool: "Japan", lane: "" },
    ]);
  });

  it("calls a flow by its name, else by its two ends", () => {
    const outline = outlineOf(xml);
    expect(flowName(outline, "M")).toBe("Request");
    expect(flowName(outline, "F")).toBe("Brief the minister → B");
    expect(flowName(outline, "none")).toBe("");
    expect(stepName(outline, "B")).toBe("B");
  });

  it("takes the names of the model in one language, and leaves the rest as drawn", () => {
    const names = { A: { en: "Brief", ja: "状況説明" }, B: { en: "B", ja: "B" } };
    const outline = outlineOf(localised(xml, names, "ja"));
    expect(stepName(outline, "A")).toBe("状況説明");
    expect(outline.steps[1]?.name).toBe("");
    expect(localised(xml, {}, "en")).toBe(xml);
  });

  it("is empty for what is no drawing, and never fails", () => {
    for (const text of ["", "words", "<a><b></a>", "{}"]) {
      expect(outlineOf(text).steps).toEqual([]);
      expect(typeof localised(text, { a: { en: "x", ja: "y" } }, "en")).toBe("string");
    }
  });
});
