// Single keys are for the page: while a dialog or a menu is open they belong to that.
export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

/** Whether the focus is on an entry of a list of which keys act on the selected one. */
export function isOnEntry(): boolean {
  return document.activeElement?.closest("[data-entry]") != null;
}

/** Whether Enter belongs to nothing else: it then means the main action of what is selected. */
export function isEnterFree(): boolean {
  return document.activeElement === document.body || isOnEntry();
}
