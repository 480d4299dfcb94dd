// Names of the model for ids, in the language of the page. An id that the model does not know is shown as it is.
import { useQuery } from "@tanstack/react-query";

import { modelQuery } from "@/api/queries";
import { type Both, useName } from "@/text/language";

type Named = "posts" | "headquarters" | "parties" | "matters" | "attributes" | "channels" | "processes";

/** Return a function that gives the name of a thing of the model in use. */
export function useNamed(kind: Named): (id: string) => string {
  const { data } = useQuery(modelQuery);
  const name = useName();
  return (id) => {
    const entries = data?.[kind] as { id: string; name: Both }[] | undefined;
    return name(entries?.find((entry) => entry.id === id)?.name) || id;
  };
}

export function PostName({ id }: { id: string }) {
  return <>{useNamed("posts")(id)}</>;
}

export function PartyName({ id }: { id: string }) {
  return <>{useNamed("parties")(id)}</>;
}
