import { expect, test } from "vitest";

import { arrange, BOX_HEIGHT, BOX_WIDTH } from "./organisation";

type Model = Parameters<typeof arrange>[0];

const kinds = ["cocom", "opcon", "tacon", "adcon", "support", "liaison", "dirlauth"] as const;

/** A small generator of its own (a linear congruence), so that a failure can be made again. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

function organisation(seed: number): Model {
  const next = numbers(seed);
  const parties = Array.from({ length: 1 + next(3) }, (_, at) => `p${at}`);
  const headquarters = Array.from({ length: 1 + next(12) }, (_, at) => ({
    id: `h${at}`,
    party: parties[next(parties.length)] ?? "p0",
  }));
  const relationships = Array.from({ length: next(14) }, (_, at) => ({
    id: `r${at}`,
    kind: kinds[next(kinds.length)] ?? "opcon",
    superior: `h${next(headquarters.length)}`,
    subordinate: `h${next(headquarters.length)}`,
  })).filter((relationship) => relationship.superior !== relationship.subordinate);
  return { parties: parties.map((id) => ({ id })), headquarters, relationships } as unknown as Model;
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  "boxes do not overlap, nothing is left out (%i)",
  (seed) => {
    const model = organisation(seed);
    const picture = arrange(model);
    expect(picture.boxes.map((box) => box.id).sort()).toEqual(
      model.headquarters.map((place) => place.id).sort(),
    );
    expect(picture.joints.map((joint) => joint.relationship.id).sort()).toEqual(
      model.relationships.map((relationship) => relationship.id).sort(),
    );
    for (const [at, box] of picture.boxes.entries()) {
      expect(box.x >= 0 && box.x + BOX_WIDTH <= picture.width && box.y + BOX_HEIGHT <= picture.height).toBe(
        true,
      );
      for (const other of picture.boxes.slice(at + 1)) {
        const apart = Math.abs(box.x - other.x) >= BOX_WIDTH || Math.abs(box.y - other.y) >= BOX_HEIGHT;
        expect(apart, `${box.id} and ${other.id}`).toBe(true);
      }
    }
    for (const { points } of picture.joints) {
      expect(points.length).toBeGreaterThan(1);
      expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    }
  },
);
