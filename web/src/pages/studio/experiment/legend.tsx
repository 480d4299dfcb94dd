// Which colour, dash and mark is which option.
import { Group, Text } from "@mantine/core";

import { type Look, lookOf } from "./palette";

export function Key({ options, name }: { options: string[]; name: (id: string) => string }) {
  return (
    <Group gap="md" component="ul" p={0} m={0} style={{ listStyle: "none" }}>
      {options.map((id, at) => (
        <Group key={id} gap={6} component="li">
          <Swatch look={lookOf(at)} />
          <Text size="xs">
            {id} {name(id)}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

function Swatch({ look }: { look: Look }) {
  return (
    <svg width={34} height={12} aria-hidden>
      <line x1={0} x2={34} y1={6} y2={6} stroke={look.colour} strokeWidth={2.5} strokeDasharray={look.dash} />
    </svg>
  );
}
