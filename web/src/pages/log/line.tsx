// One entry in the list: number, kind, what it says, who, when. Plain elements, since many are drawn at once.
import { memo } from "react";

import classes from "./log.module.css";
import type { Entry } from "./queries";
import { exact, type Saying } from "./saying";
import { summary } from "./summary";

interface Props {
  seq: number;
  entry: Entry | undefined;
  open: (seq: number) => void;
  saying: Saying;
}

export const EntryLine = memo(function EntryLine({ seq, entry, open, saying }: Props) {
  if (!entry) return <div className={classes.line}>{seq}</div>;
  const by = entry.body as Partial<Entry["body"]>;
  return (
    <button type="button" className={classes.line} onClick={() => open(seq)}>
      <span className={classes.number}>{seq}</span>
      <span className={classes.kind}>{saying.kind(entry.kind)}</span>
      <span className={classes.cut}>{summary(entry, saying.name)}</span>
      <span className={classes.cut}>{by.post ? saying.name(by.post) : by.person}</span>
      <time dateTime={exact(entry.recorded)} title={exact(entry.recorded)}>
        {saying.moment(entry.recorded)}
      </time>
    </button>
  );
});
