// Another page of the same person has changed the files meanwhile: which of the two go on is the person's to say.
import { Alert, Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Workspace } from "./workspace";

export function ChangedElsewhere({ base, changed, take, keepOwn }: NonNullable<Workspace["elsewhere"]>) {
  const { t } = useTranslation("studio");
  return (
    <Alert color="yellow" role="alert">
      <Text fw={700}>{t("elsewhere.title")}</Text>
      <Text size="sm">
        {changed.length > 0
          ? t("elsewhere.changed", { files: changed.join(", ") })
          : t("elsewhere.opened", { base })}
      </Text>
      <Text size="sm">{t("elsewhere.both")}</Text>
      <Group mt="xs">
        <Button size="xs" onClick={keepOwn}>
          {t("elsewhere.keepOwn")}
        </Button>
        <Button size="xs" variant="default" onClick={take}>
          {t("elsewhere.take")}
        </Button>
      </Group>
    </Alert>
  );
}
