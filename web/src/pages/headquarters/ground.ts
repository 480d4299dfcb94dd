// The land and its boundaries as they are drawn: half a megabyte of path, so it is made piece by piece, and once.
import { geoPath, type GeoProjection } from "d3-geo";
import { useEffect, useState } from "react";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import countries from "world-atlas/countries-50m.json";

import { slices } from "@/parts/slices";

export interface Ground {
  land: string;
  borders: string;
}

/** A tenth of a pixel is enough. */
const DIGITS = 1;

const world = countries as unknown as Topology<{ countries: GeometryCollection; land: GeometryCollection }>;
const known = new Map<string, Ground>();

/** @param key The same for the same projection. */
export function useGround(projection: GeoProjection, key: string): Ground | undefined {
  const [, setMade] = useState(0);
  const found = known.get(key);
  useEffect(() => {
    if (known.has(key)) return undefined;
    let isOver = false;
    void draw(projection, () => isOver).then((ground) => {
      if (!ground) return;
      known.set(key, ground);
      setMade((count) => count + 1);
    });
    return () => {
      isOver = true;
    };
  }, [projection, key]);
  return found;
}

async function draw(projection: GeoProjection, isOver: () => boolean): Promise<Ground | undefined> {
  const path = geoPath(projection).digits(DIGITS);
  const pause = slices();
  const land: string[] = [];
  for (const coordinates of polygons()) {
    await pause();
    if (isOver()) return undefined;
    land.push(path({ type: "Polygon", coordinates }) ?? "");
  }
  await pause();
  const lines = mesh(world, world.objects.countries, (a, b) => a !== b);
  await pause();
  return isOver() ? undefined : { land: land.join(""), borders: path(lines) ?? "" };
}

function polygons() {
  return feature(world, world.objects.land).features.flatMap(({ geometry }) => {
    if (geometry.type === "MultiPolygon") return geometry.coordinates;
    return geometry.type === "Polygon" ? [geometry.coordinates] : [];
  });
}
