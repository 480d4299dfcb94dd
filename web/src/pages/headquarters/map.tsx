// Where the headquarters are. The world comes with the page (Natural Earth, public domain): no tiles, no network.
import { Checkbox, Group, NativeSelect, Stack, Text, Title } from "@mantine/core";
import { geoMercator, geoNaturalEarth1 } from "d3-geo";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useNamed } from "@/parts/names";
import { WideBox } from "@/parts/wide-box";
import { useName } from "@/text/language";

import { useGround } from "./ground";
import classes from "./headquarters.module.css";
import { centreOf, type Placed, type Spot, spotsOf } from "./places";
import { Marks } from "./spots";

type Model = Schemas["ModelView"];

const WIDTH = 960;
const HEIGHT = 460;
/** Radius of a region that is looked at closely, in degrees. */
const CLOSE = 4;

export default function WorldMap({ model, links }: { model: Model; links: Schemas["LinkView"][] }) {
  const { t } = useTranslation("headquarters");
  const name = useNamed("headquarters");
  const named = useName();
  const [showsBorders, setShowsBorders] = useState(true);
  const [chosen, setChosen] = useState("");
  const placed = useMemo(() => placedIn(model), [model]);
  const spots = useMemo(() => spotsOf(placed), [placed]);
  const region = spots.find((spot) => spot.places[0]?.id === chosen);
  const projection = useMemo(() => projectionOf(spots, region), [spots, region]);
  const ground = useGround(projection, JSON.stringify([spots.map(({ lon, lat }) => [lon, lat]), chosen]));
  const unplaced = model.headquarters.filter((place) => !placed.some((other) => other.id === place.id));
  return (
    <Stack gap="xs" component="section">
      <Title order={2} size="h4">
        {t("map.title")}
      </Title>
      <Group className="no-print">
        <NativeSelect
          size="xs"
          label={t("map.region")}
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value)}
          data={[
            { value: "", label: t("map.everything") },
            ...spots.map(({ places: [first] }) => ({
              value: first?.id ?? "",
              label: named(model.headquarters.find(({ id }) => id === first?.id)?.place),
            })),
          ]}
        />
        <Checkbox
          mt="lg"
          label={t("map.boundaries")}
          checked={showsBorders}
          onChange={(event) => setShowsBorders(event.currentTarget.checked)}
        />
      </Group>
      <WideBox label={t("map.title")} minWidth={640}>
        <svg
          role="img"
          aria-label={t("map.described")}
          viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
          className={classes.picture}
        >
          <rect width={WIDTH} height={HEIGHT} className={classes.sea} />
          <path d={ground?.land} className={classes.land} />
          {showsBorders && <path d={ground?.borders} className={classes.border} />}
          <Marks model={model} links={links} spots={spots} projection={projection} width={WIDTH} />
        </svg>
      </WideBox>
      <Text size="xs">{t("map.disclaimer")}</Text>
      {unplaced.length > 0 && (
        <Text size="xs">
          {t("map.unplaced", { names: unplaced.map((place) => name(place.id)).join(", ") })}
        </Text>
      )}
    </Stack>
  );
}

function placedIn(model: Model): Placed[] {
  return model.headquarters.flatMap(({ id, party, position }) =>
    position ? [{ id, party, lon: position.lon, lat: position.lat }] : [],
  );
}

function projectionOf(spots: Spot[], region: Spot | undefined) {
  const points = { type: "MultiPoint", coordinates: spots.map((spot) => [spot.lon, spot.lat]) } as const;
  const margin: [[number, number], [number, number]] = [
    [110, 70],
    [WIDTH - 150, HEIGHT - 70],
  ];
  // What lies outside of the picture is not drawn.
  const frame: [[number, number], [number, number]] = [
    [-1, -1],
    [WIDTH + 1, HEIGHT + 1],
  ];
  if (!region)
    return geoNaturalEarth1()
      .rotate([-centreOf(spots), 0])
      .fitExtent(margin, points)
      .clipExtent(frame);
  const box = [
    [region.lon - CLOSE, region.lat - CLOSE],
    [region.lon + CLOSE, region.lat + CLOSE],
  ];
  return geoMercator()
    .rotate([-region.lon, 0])
    .fitExtent(margin, { type: "MultiPoint", coordinates: box })
    .clipExtent(frame);
}
