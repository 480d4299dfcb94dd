import { expect, it } from "vitest";

import { renamed } from "./ids";

it("changes an id where it stands as a word of its own, and nowhere else", () => {
  const text = "Task_a:\n  to: [Task_a, Task_ab, My_Task_a, Task_a-b]\n  when: Task_a.done";
  expect(renamed(text, "Task_a", "Task_z")).toEqual({
    text: "Task_z:\n  to: [Task_z, Task_ab, My_Task_a, Task_a-b]\n  when: Task_z.done",
    count: 3,
  });
  expect(renamed(text, "Task_a", "Task_a").count).toBe(0);
  expect(renamed("a.b: axb", "a.b", "c")).toEqual({ text: "c: axb", count: 1 });
});
