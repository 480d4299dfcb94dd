import { type ReactNode, useDeferredValue } from "react";

interface Props {
  /** What stands there until then. */
  first: ReactNode;
  children: ReactNode;
}

/** Draws what is heavy after the rest of the page is on the screen: a click is answered at once. */
export function After({ first, children }: Props) {
  const isTime = useDeferredValue(true, false);
  return isTime ? children : first;
}
