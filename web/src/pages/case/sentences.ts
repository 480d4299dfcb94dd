// Entries of the log about a case, each as a sentence in the language of the page.
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { useNamed } from "@/parts/names";
import { useName } from "@/text/language";

import { type CaseView, type Entry, historyQuery } from "./queries";

export type Say = (entry: Entry) => string;

const changes = [
  "answered", "matched", "accepted", "declined", "closed", "acknowledged", "withdrawn", "started", "ended", "minutes",
  "withheld",
] as const; // prettier-ignore

export function useSentences(view: CaseView): Say {
  const { t } = useTranslation("cases");
  const name = useName();
  const party = useNamed("parties");
  const post = useNamed("posts");
  const { data: history } = useQuery(historyQuery(view.id));
  const steps = new Map(history?.map((step) => [step.seq, step.text]));
  const item = (id: string) => view.items.find((entry) => entry.id === id);
  const element = (id: string) =>
    name(view.work.find((work) => work.id.endsWith(`/${id}`))?.name) ||
    name(view.done.find((done) => done.element === id)?.name) ||
    id;

  return (entry) => {
    const told = steps.get(entry.seq);
    if (told) return name(told);
    const { data } = entry;
    switch (data.type) {
      case "item.opened/1": {
        const known = item(data.item);
        return t("event.itemOpened", { what: name(known?.what_name) || data.kind, text: data.text });
      }
      case "item.changed/1": {
        const change = changes.find((one) => one === data.change);
        const what = item(data.item)?.text ?? data.item;
        const words = { change: change ? t(`change.${change}`) : data.change, what, text: data.text };
        return t(data.text ? "event.itemChangedText" : "event.itemChanged", words);
      }
      case "consent.denied/1":
        return t("event.denied", { task: element(data.task) });
      case "consent.withdrawn/1":
        return t("event.withdrawn", { place: data.place });
      case "work.claimed/1":
        return t("event.claimed", { task: element(data.task) });
      case "work.returned/1":
        return t("event.returned", { task: element(data.task) });
      case "work.delegated/1":
        return t("event.delegated", { task: element(data.task), post: post(data.to) });
      case "case.closed/1":
        return t("event.closed");
      case "release.held/1":
        return t("event.held", { party: party(data.partner) });
      case "release.decided/1":
        return t(data.granted ? "event.granted" : "event.withheld");
      case "released/1":
        return t("event.released", { party: party(data.partner), number: data.number });
      default:
        return entry.event;
    }
  };
}
