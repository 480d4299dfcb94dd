// What the modeler draws as pictures to point at gets names and takes keys.
import { type RefObject, useEffect } from "react";

import { type Modeler, service } from "./modeler";

/** Make the tools beside a drawing reachable by keyboard, and name them. */
export function usePaletteKeys(modeler: Modeler | null, box: RefObject<HTMLElement | null>, label: string) {
  useEffect(() => {
    const host = box.current;
    if (!modeler || !host) return undefined;
    const name = () => {
      host.querySelector("svg[tabindex]")?.setAttribute("aria-label", label);
      host.querySelector("svg[tabindex]")?.setAttribute("role", "img");
      for (const entry of host.querySelectorAll(".djs-palette .entry, .djs-context-pad .entry")) {
        entry.setAttribute("role", "button");
        entry.setAttribute("tabindex", "0");
        const said = entry.getAttribute("aria-label") ?? entry.getAttribute("title");
        entry.setAttribute("aria-label", said ?? entry.getAttribute("data-action") ?? "");
      }
    };
    const press = (event: KeyboardEvent) => {
      const entry = (event.target as HTMLElement).closest<HTMLElement>(".entry");
      if (!entry || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      entry.click();
    };
    const events = ["palette.changed", "contextPad.open"];
    name();
    host.addEventListener("keydown", press);
    service(modeler, "eventBus").on(events, name);
    return () => {
      host.removeEventListener("keydown", press);
      service(modeler, "eventBus").off(events, name);
    };
  }, [modeler, box, label]);
}
