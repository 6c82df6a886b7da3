import { useTranslation } from "react-i18next";
import type { Order } from "@/api/types";
import { Confirm } from "@/components/Confirm";
import { useCancelOrder } from "../data/commands";

interface Props {
  order: Order;
  open: boolean;
  onClose: () => void;
}

export function CancelOrder({ order, open, onClose }: Props) {
  const { t } = useTranslation("rail");
  const cancel = useCancelOrder();
  return (
    <Confirm
      open={open}
      title={t("order.cancelTitle")}
      text={t("order.cancelText")}
      yes={t("order.cancelYes")}
      no={t("order.keep")}
      danger
      onYes={() => cancel(order.order_id)}
      onClose={onClose}
    />
  );
}
