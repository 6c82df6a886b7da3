import type { IconName } from "@/components/Icon";
import type { OrderStage } from "../model/orders";

export type Tone = "wait" | "good" | "quiet" | "back";

interface Look {
  tone: Tone;
  icon: IconName;
}

/** How each stage of an order looks; its words are under `stage.<name>`. */
export const LOOK_OF: Record<OrderStage, Look> = {
  preparing: { tone: "wait", icon: "clock" },
  unpaid: { tone: "wait", icon: "clock" },
  expired: { tone: "quiet", icon: "clock" },
  issuing: { tone: "wait", icon: "clock" },
  issued: { tone: "good", icon: "check" },
  travelled: { tone: "quiet", icon: "check" },
  cancelled: { tone: "quiet", icon: "cross" },
  lapsed: { tone: "quiet", icon: "cross" },
  refunding: { tone: "back", icon: "refund" },
  refunded: { tone: "back", icon: "refund" },
};
