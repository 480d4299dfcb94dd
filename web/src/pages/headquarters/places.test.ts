import { geoDistance } from "d3-geo";
import { expect, test } from "vitest";

import { centreOf, spotsOf } from "./places";

const world = [
  { id: "tokyo", party: "a", lon: 139.75, lat: 35.68 },
  { id: "ichigaya", party: "a", lon: 139.73, lat: 35.69 },
  { id: "hawaii", party: "b", lon: -157.9, lat: 21.4 },
  { id: "washington", party: "b", lon: -77.06, lat: 38.87 },
];

test("every place is in one spot, near to it", () => {
  const spots = spotsOf(world);
  expect(spots.flatMap((spot) => spot.places.map((place) => place.id)).sort()).toEqual(
    world.map((place) => place.id).sort(),
  );
  expect(spots).toHaveLength(3);
  for (const spot of spots)
    for (const place of spot.places) {
      expect(geoDistance([spot.lon, spot.lat], [place.lon, place.lat])).toBeLessThan(0.01);
    }
});

test.each([
  [[139.7, -157.9, -77], 211],
  [[-10, 20], 5],
  [[170, -170], 180],
  [[33], 33],
  [[], 0],
])("the map of %j is centred on %d", (lons, centre) => {
  expect(centreOf(lons.map((lon) => ({ lon })))).toBeCloseTo(centre, 0);
});
