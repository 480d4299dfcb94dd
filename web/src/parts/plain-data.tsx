// Plain data as it is: names and values, nested, always as text; whatever is in it is never read as markup.
import { Text } from "@mantine/core";

import { useMoments } from "./moment";
import classes from "./plain-data.module.css";

/** Later than 2001 and earlier than 2255, in microseconds: no other number here is as large. */
const FIRST_MOMENT = 1e15;
const LAST_MOMENT = 9e15;

export function PlainData({ data }: { data: unknown }) {
  if (Array.isArray(data)) return <Several data={data} />;
  if (typeof data === "object" && data !== null) return <Fields data={data} />;
  return <One data={data} />;
}

function Fields({ data }: { data: object }) {
  const entries: [string, unknown][] = Object.entries(data);
  if (entries.length === 0) return <One data="–" />;
  return (
    <dl className={classes.fields}>
      {entries.map(([name, value]) => (
        <div key={name} className={classes.field}>
          <dt>{name}</dt>
          <dd>
            <PlainData data={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Several({ data }: { data: unknown[] }) {
  if (data.length === 0) return <One data="–" />;
  if (data.every((each) => typeof each !== "object" || each === null)) {
    return <One data={data.map(String).join(", ")} />;
  }
  return (
    <ol className={classes.several}>
      {data.map((each, at) => (
        <li key={at}>
          <PlainData data={each} />
        </li>
      ))}
    </ol>
  );
}

function One({ data }: { data: unknown }) {
  const text = String(data);
  const moments = useMoments();
  const isMoment = typeof data === "number" && data >= FIRST_MOMENT && data < LAST_MOMENT;
  return (
    <Text span size="sm" className={classes.value}>
      {data === null || data === "" ? "–" : text}
      {isMoment && ` (${moments(data, { seconds: true })})`}
    </Text>
  );
}
