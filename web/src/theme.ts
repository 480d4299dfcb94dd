// Calm, with enough contrast for AA everywhere; system fonts with the Japanese ones that machines carry.
import { createTheme, type CSSVariablesResolver } from "@mantine/core";

const fonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Hiragino Sans", "Yu Gothic UI", Meiryo, ' +
  '"Noto Sans CJK JP", "Noto Sans JP", sans-serif';

export const theme = createTheme({
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: "650" },
  primaryColor: "navy",
  primaryShade: 8,
  defaultRadius: "sm",
  respectReducedMotion: true,
  autoContrast: true,
  colors: {
    navy: [
      "#eef3f9",
      "#dbe5f0",
      "#b4c9e0",
      "#8bacd0",
      "#6893c2",
      "#5283ba",
      "#447bb7",
      "#3569a1",
      "#28507c",
      "#1b3a5c",
    ],
  },
});

/** Mantine's own dimmed grey is too light for AA on white. */
export const variables: CSSVariablesResolver = () => ({
  variables: { "--mantine-color-dimmed": "#5c636a", "--mantine-color-placeholder": "#6b7279" },
  light: { "--mantine-color-dimmed": "#5c636a", "--mantine-color-placeholder": "#6b7279" },
  dark: {},
});
