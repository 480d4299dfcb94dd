import { expect, it } from "vitest";

import { Echo } from "./echo";

it("knows its own texts when they come back late or not at all, and what others wrote", () => {
  const echo = new Echo();
  for (const text of ["a", "ab", "abc"]) echo.send(text);
  expect(echo.isOwn("ab")).toBe(true);
  expect(echo.isOwn("abc")).toBe(true);
  expect(echo.isOwn("abc")).toBe(false);
  echo.send("x");
  expect(echo.isOwn("from elsewhere")).toBe(false);
  expect(echo.isOwn("x")).toBe(false);
});
