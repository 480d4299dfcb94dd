// The text of a file, edited with CodeMirror; for model.yaml with completion from the schema and the model itself.
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  foldKeymap,
  indentOnInput,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  hoverTooltip,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Echo } from "../echo";
import { idsOf, ownAt } from "./own";
import { phrasesIn } from "./phrases";
import { placeAt } from "./place";
import { describeAt, keysAt, type Schema, valuesAt } from "./schema";

/** A change that came from outside is not handed back: by then the text may have become another one there. */
const fromOutside = Annotation.define<boolean>();

/** Something to say about a place in the text; lines and columns count from one. */
export interface Remark {
  line: number;
  column: number;
  endLine: number;
  endColumn: number;
  severity: "error" | "warning" | "info";
  message: string;
}

interface Props {
  text: string;
  onChange: (text: string) => void;
  label: string;
  remarks: Remark[];
  /** Schema of the file; null for one that has none. */
  schema: Schema | null;
  /** A line to go to; a new object goes there again. */
  goTo: { line: number } | null;
}

export function TextEditor({ text, onChange, label, remarks, schema, goTo }: Props) {
  const { t } = useTranslation("studio");
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const echo = useRef(new Echo());
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  }, [onChange]);

  useEffect(() => {
    if (!host.current) return;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: text,
        extensions: [
          extensions(label, schema, (next) => {
            echo.current.send(next);
            changed.current(next);
          }),
          EditorState.phrases.of(phrasesIn(t)),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // The text is given once and then belongs to the editor; another file has another key.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [label, schema]);

  useEffect(() => {
    const shown = view.current;
    if (shown && !echo.current.isOwn(text) && shown.state.doc.toString() !== text) {
      const changes = { from: 0, to: shown.state.doc.length, insert: text };
      shown.dispatch({ changes, annotations: fromOutside.of(true) });
    }
  }, [text]);

  useEffect(() => {
    const shown = view.current;
    if (shown)
      shown.dispatch(
        setDiagnostics(
          shown.state,
          remarks.map((remark) => diagnosed(shown.state, remark)),
        ),
      );
  }, [remarks, label, schema]);

  useEffect(() => {
    const shown = view.current;
    if (!shown || !goTo) return;
    const at = positionOf(shown.state, goTo.line, 1);
    shown.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    shown.focus();
  }, [goTo]);

  return <div ref={host} style={{ height: "100%" }} />;
}

function extensions(label: string, schema: Schema | null, changed: (text: string) => void): Extension[] {
  return [
    lineNumbers(),
    foldGutter(),
    history(),
    drawSelection(),
    indentOnInput(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    syntaxHighlighting(defaultHighlightStyle),
    lintGutter(),
    ...(schema ? [yaml(), completing(schema), hovering(schema)] : []),
    // Tab leaves the editor, as everywhere on the page; indenting is Ctrl-] and Ctrl-[.
    keymap.of([
      ...completionKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      ...searchKeymap,
      ...foldKeymap,
      ...lintKeymap,
    ]),
    EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
    EditorView.updateListener.of((update) => {
      const isOwn = !update.transactions.some((transaction) => transaction.annotation(fromOutside));
      if (update.docChanged && isOwn) changed(update.state.doc.toString());
    }),
    EditorView.theme({
      "&": { height: "100%", fontSize: "13px", backgroundColor: "#fff" },
      ".cm-scroller": { fontFamily: 'ui-monospace, Menlo, Consolas, "Noto Sans Mono CJK JP", monospace' },
    }),
  ];
}

function completing(schema: Schema): Extension {
  return autocompletion({ override: [(context) => offered(schema, context)] });
}

function offered(schema: Schema, context: CompletionContext) {
  const text = context.state.doc.toString();
  const { path, writes, begun, from } = placeAt(text, context.pos);
  if (!begun && !context.explicit) return null;
  const options = writes === "key" ? keys(schema, path) : values(schema, path, text);
  return options.length > 0 ? { from, options, validFor: /^[\w.-]*$/ } : null;
}

function keys(schema: Schema, path: string[]): Completion[] {
  return keysAt(schema, path).map(({ label, description, required }) => ({
    label,
    apply: `${label}: `,
    type: "property",
    ...(description ? { info: description } : {}),
    boost: required ? 10 : 0,
  }));
}

function values(schema: Schema, path: string[], text: string): Completion[] {
  const own = ownAt(idsOf(text), path).map((label) => ({ label, type: "variable" }));
  const named = valuesAt(schema, path).map(({ label }) => ({ label, type: "enum" }));
  return [...named, ...own];
}

function hovering(schema: Schema): Extension {
  return hoverTooltip((view, position) => {
    const line = view.state.doc.lineAt(position);
    const key = /^(\s*(?:- +)*)([\w.-]+)\s*:/.exec(line.text);
    if (!key) return null;
    const from = line.from + (key[1]?.length ?? 0);
    const to = from + (key[2]?.length ?? 0);
    if (position < from || position > to) return null;
    const said = describeAt(schema, placeAt(view.state.doc.toString(), line.from + key[0].length).path);
    if (!said) return null;
    return { pos: from, end: to, create: () => ({ dom: note(said) }) };
  });
}

function note(said: string): HTMLElement {
  const dom = document.createElement("div");
  dom.textContent = said;
  dom.style.cssText = "max-width: 32em; padding: 4px 8px";
  return dom;
}

function diagnosed(state: EditorState, remark: Remark): Diagnostic {
  const from = positionOf(state, remark.line, remark.column);
  const end = remark.endColumn > 0 ? positionOf(state, remark.endLine || remark.line, remark.endColumn) : 0;
  const to = Math.max(end, Math.min(from + 1, state.doc.length));
  return { from, to, severity: remark.severity, message: remark.message };
}

function positionOf(state: EditorState, line: number, column: number): number {
  const found = state.doc.line(Math.min(Math.max(line, 1), state.doc.lines));
  return Math.min(found.from + Math.max(column - 1, 0), found.to);
}
