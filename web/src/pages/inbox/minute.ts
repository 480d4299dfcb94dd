// The clock by which remaining times are told: a look every 15 seconds is enough for minutes.
import { useEffect, useState } from "react";

import { useSession } from "@/session/session";

const EVERY_MS = 15_000;

export function useMinute(): number {
  const { now } = useSession();
  const [moment, setMoment] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setMoment(now()), EVERY_MS);
    return () => clearInterval(timer);
  }, [now]);
  return moment;
}
