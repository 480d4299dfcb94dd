// On paper, what a document may be shown to stands at its head and foot.
import { useQuery } from "@tanstack/react-query";

import { modelQuery } from "@/api/queries";

import classes from "./case.module.css";
import { highest } from "./highest";
import type { CaseView } from "./queries";

export function HighestMarking({ view }: { view: CaseView }) {
  const { data } = useQuery(modelQuery);
  const labels = [...view.items.map((item) => item.label), ...view.held.map((held) => held.label)];
  const marking = highest(labels, data?.classifications ?? []);
  return marking ? <p className={classes.marking}>{marking}</p> : null;
}
