// A change that is no command of a post: made at once or not at all, and told.
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

export function useChange<T>(change: () => Promise<T>, done?: () => void) {
  const client = useQueryClient();
  const { t } = useTranslation("admin");
  return useMutation({
    mutationFn: change,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["node"] });
      notifications.show({ color: "teal", message: t("done"), autoClose: 2500 });
      done?.();
    },
  });
}
