import { expect, it } from "vitest";

import { isRenamable } from "./renaming";

it("renames only where nothing comes or goes with the language", () => {
  expect(
    isRenamable({ A: { en: "Brief", ja: "状況説明" }, B: { en: "B", ja: "B" }, C: { en: "", ja: "" } }),
  ).toBe(true);
  expect(isRenamable({ A: { en: "Brief", ja: "A" } })).toBe(false);
  expect(isRenamable({ A: { en: "", ja: "状況説明" } })).toBe(false);
});
