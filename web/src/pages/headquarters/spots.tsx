// What stands on the map: headquarters as symbols with their names, and the links between the parties.
import { type GeoProjection, geoPath } from "d3-geo";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useNamed } from "@/parts/names";
import { useSession } from "@/session/session";

import classes from "./headquarters.module.css";
import type { Spot } from "./places";
import { symbolOf } from "./symbol";

type Model = Schemas["ModelView"];

interface Shown {
  model: Model;
  links: Schemas["LinkView"][];
  spots: Spot[];
  projection: GeoProjection;
  width: number;
}

export function Marks({ model, links, spots, projection, width }: Shown) {
  return (
    <>
      {model.relationships.map((relationship) => (
        <Connection key={relationship.id} {...{ model, links, spots, projection, relationship }} />
      ))}
      {spots.map((spot) => (
        <Mark key={spot.places[0]?.id} spot={spot} at={projection([spot.lon, spot.lat])} width={width} />
      ))}
    </>
  );
}

/** A line between headquarters of two parties, as the link between their nodes stands. */
function Connection({
  model,
  links,
  spots,
  projection,
  relationship,
}: Omit<Shown, "width"> & { relationship: Model["relationships"][number] }) {
  const { me } = useSession();
  const ends = [relationship.superior, relationship.subordinate].map((id) =>
    spots.find((spot) => spot.places.some((place) => place.id === id)),
  );
  const parties = [relationship.superior, relationship.subordinate].map(
    (id) => model.headquarters.find((place) => place.id === id)?.party,
  );
  const [from, to] = ends;
  if (!from || !to || from === to || parties[0] === parties[1]) return null;
  const partner = parties.find((party) => party !== me.party);
  const isDown = links.some((link) => link.partner === partner && link.trouble);
  const line = geoPath(projection)({
    type: "LineString",
    coordinates: [
      [from.lon, from.lat],
      [to.lon, to.lat],
    ],
  });
  return (
    <path
      d={line ?? ""}
      fill="none"
      stroke={isDown ? "#9b2c2c" : "#2b6a3a"}
      strokeWidth={2}
      strokeDasharray={isDown ? "3 5" : undefined}
    />
  );
}

function Mark({ spot, at, width }: { spot: Spot; at: [number, number] | null; width: number }) {
  const { t } = useTranslation("headquarters");
  const { me } = useSession();
  const name = useNamed("headquarters");
  const party = useNamed("parties");
  if (!at) return null;
  const [x, y] = at;
  const symbol = symbolOf(me.exercise, 18);
  const toLeft = x > width * 0.75;
  const parties = [...new Set(spot.places.map((place) => place.party))];
  return (
    <g>
      <circle cx={x} cy={y} r={4} fill="#1b3a5c" stroke="#fff" />
      <image
        href={symbol.href}
        x={x - 2}
        y={y - symbol.height - 2}
        width={symbol.width}
        height={symbol.height}
      />
      <text className={classes.spot} textAnchor={toLeft ? "end" : "start"}>
        {parties.map((id, row) => (
          <tspan key={id} x={x + (toLeft ? -10 : 26)} y={y - 10 + row * 15}>
            {summary(
              party(id),
              spot.places.filter((place) => place.party === id).map((place) => name(place.id)),
            )}
          </tspan>
        ))}
      </text>
      <title>{spot.places.map((place) => name(place.id)).join("\n")}</title>
    </g>
  );

  function summary(whose: string, names: string[]): string {
    const first = names[0] ?? "";
    return names.length > 1 ? t("map.several", { party: whose, count: names.length }) : `${whose}: ${first}`;
  }
}
