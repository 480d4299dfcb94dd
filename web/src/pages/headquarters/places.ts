// Which headquarters share a spot on the map, and which part of the world to show.
import { geoDistance } from "d3-geo";

export interface Placed {
  id: string;
  party: string;
  lon: number;
  lat: number;
}

export interface Spot {
  /** The headquarters there; the first gives the spot its id. */
  places: Placed[];
  lon: number;
  lat: number;
}

/** Radians on the globe within which headquarters are one spot: about 60 km. */
const NEAR = 0.0095;

/** Gather headquarters of one neighbourhood into spots; each place is in exactly one. */
export function spotsOf(places: Placed[]): Spot[] {
  const spots: Spot[] = [];
  for (const place of places) {
    const near = spots.find((spot) => geoDistance([spot.lon, spot.lat], [place.lon, place.lat]) < NEAR);
    if (near) near.places.push(place);
    else spots.push({ places: [place], lon: place.lon, lat: place.lat });
  }
  return spots;
}

/** Return the meridian around which the widest empty part of the globe lies at the edges of the map. */
export function centreOf(spots: { lon: number }[]): number {
  const sorted = spots.map(({ lon }) => ((lon % 360) + 360) % 360).toSorted((a, b) => a - b);
  const last = sorted.at(-1);
  if (last === undefined) return 0;
  let gap = { from: last, width: (sorted[0] ?? 0) + 360 - last };
  for (const [at, lon] of sorted.slice(0, -1).entries()) {
    const width = (sorted[at + 1] ?? lon) - lon;
    if (width > gap.width) gap = { from: lon, width };
  }
  return (gap.from + gap.width + (360 - gap.width) / 2) % 360;
}
