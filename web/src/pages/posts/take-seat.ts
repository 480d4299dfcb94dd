import { toCommand } from "@/actions/command";
import { useAsk } from "@/parts/outcome";
import { useSession } from "@/session/session";

/** Take a free seat, and go on as that post. */
export function useAssume() {
  const { choosePost } = useSession();
  const { ask, busy, refusal } = useAsk();
  return {
    busy,
    refusal,
    assume: async (post: string) => {
      if (await ask(toCommand({ type: "assume", post }), null)) choosePost(post);
    },
  };
}
