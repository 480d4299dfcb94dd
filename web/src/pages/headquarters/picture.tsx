// The organisation as a picture: headquarters with their posts, and how they stand to each other.
import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useNamed } from "@/parts/names";
import { WideBox } from "@/parts/wide-box";
import { useSession } from "@/session/session";

import { arrange, type Box, type Joint, pathOf } from "./organisation";
import classes from "./headquarters.module.css";
import { COMMAND, LINES, symbolOf } from "./symbol";

type Model = Schemas["ModelView"];

export function Organisation({ model, posts }: { model: Model; posts: Schemas["PostView"][] }) {
  const { t } = useTranslation("headquarters");
  const picture = arranged(model);
  const party = useNamed("parties");
  return (
    <WideBox label={t("picture.label")} minWidth={Math.min(picture.width, 860)}>
      <svg
        role="img"
        aria-label={t("picture.described")}
        viewBox={`-12 0 ${picture.width + 24} ${picture.height}`}
        className={classes.picture}
      >
        {picture.parties.map(({ id, x, width }) => (
          <g key={id}>
            <rect x={x - 10} y={4} width={width + 20} height={picture.height - 8} className={classes.party} />
            <text x={x + 4} y={28} className={classes.partyName}>
              {party(id)}
            </text>
          </g>
        ))}
        {picture.joints.map((joint) => (
          <Line key={joint.relationship.id} joint={joint} />
        ))}
        {picture.boxes.map((box) => (
          <Place key={box.id} box={box} model={model} posts={posts} />
        ))}
      </svg>
    </WideBox>
  );
}

/** Arranged once for every model: the page is left and opened again all the time. */
const pictures = new WeakMap<Model, ReturnType<typeof arrange>>();

function arranged(model: Model) {
  const known = pictures.get(model) ?? arrange(model);
  pictures.set(model, known);
  return known;
}

function Line({ joint }: { joint: Joint }) {
  const { t } = useTranslation("headquarters");
  const kind = joint.relationship.kind;
  const { color, dash, width } = LINES[kind];
  const middle = joint.points[Math.floor(joint.points.length / 2)];
  return (
    <g>
      <path d={pathOf(joint.points)} fill="none" stroke={color} strokeWidth={width} strokeDasharray={dash} />
      {middle && (
        <text x={middle.x + 4} y={middle.y - 3} className={classes.kind} fill={color}>
          {t(`kind.${kind}.short`)}
        </text>
      )}
    </g>
  );
}

function Place({ box, model, posts }: { box: Box; model: Model; posts: Schemas["PostView"][] }) {
  const { t } = useTranslation("headquarters");
  const { me } = useSession();
  const name = useNamed("headquarters");
  const commands = model.relationships.some(
    ({ kind, superior, subordinate }) => COMMAND.has(kind) && [superior, subordinate].includes(box.id),
  );
  // APP-6 has symbols for units; a cabinet or an embassy is none.
  const symbol = commands ? symbolOf(me.exercise) : null;
  const here = posts.filter((post) => post.headquarters === box.id);
  const seats = here.reduce((sum, post) => sum + post.seats, 0);
  const filled = here.reduce((sum, post) => sum + post.holders.length, 0);
  const stated = model.posts.filter((post) => post.headquarters === box.id).length;
  return (
    <g transform={`translate(${box.x} ${box.y})`}>
      <rect width={box.width} height={box.height} className={classes.box} />
      {symbol && (
        <image href={symbol.href} x={6} y={6} width={34} height={(34 * symbol.height) / symbol.width} />
      )}
      <foreignObject x={symbol ? 44 : 8} y={3} width={box.width - (symbol ? 48 : 12)} height={box.height - 6}>
        <div className={classes.label}>
          <strong>{name(box.id)}</strong>
          <Text component="span" fz={10.5} c="dimmed">
            {here.length > 0 ? t("picture.seats", { filled, seats }) : t("picture.posts", { count: stated })}
          </Text>
        </div>
      </foreignObject>
    </g>
  );
}
