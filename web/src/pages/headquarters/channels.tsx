// The ways between the parties, and how the link to each partner stands.
import { Table, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";

import type { Schemas } from "@/api/client";
import { useMoments } from "@/parts/moment";
import { useNamed } from "@/parts/names";
import { WideTable } from "@/parts/wide-table";
import { useName } from "@/text/language";

interface Props {
  model: Schemas["ModelView"];
  links: Schemas["LinkView"][];
}

export function Channels({ model, links }: Props) {
  const { t } = useTranslation("headquarters");
  const name = useName();
  const party = useNamed("parties");
  return (
    <section>
      <Title order={2} size="h4">
        {t("channels.title")}
      </Title>
      <WideTable label={t("channels.title")} minWidth={420}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("channels.channel")}</Table.Th>
              <Table.Th>{t("channels.ceiling")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {model.channels.map((channel) => (
              <Table.Tr key={channel.id}>
                <Table.Td>{name(channel.name)}</Table.Td>
                <Table.Td>{channel.ceiling ?? t("channels.any")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </WideTable>
      <Table>
        <Table.Tbody>
          {links.map((link) => (
            <Table.Tr key={link.id}>
              <Table.Th scope="row" fw={400}>
                {t("channels.state")} {party(link.partner)}
              </Table.Th>
              <Table.Td>
                <State link={link} /> · {t("channels.backlog", { count: link.unacknowledged })}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}

function State({ link }: { link: Schemas["LinkView"] }) {
  const { t } = useTranslation("headquarters");
  const write = useMoments();
  if (link.trouble) return <strong>{t("channels.down", { why: link.trouble })}</strong>;
  if (link.last_contact === null) return <>{t("channels.never")}</>;
  return <>{t("channels.up", { when: write(link.last_contact) })}</>;
}
