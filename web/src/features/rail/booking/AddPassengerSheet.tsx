import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Passenger } from "@/api/types";
import { ErrorNote } from "@/components/ErrorNote";
import { Field } from "@/components/Field";
import { Sheet } from "@/components/Sheet";
import { SubmitButton } from "@/components/SubmitButton";
import { useSubmit } from "@/components/useSubmit";
import { useAddPassenger } from "../data/commands";
import { identityFault, tidyIdentity } from "../model/identity";
import styles from "./AddPassengerSheet.module.css";

interface Props {
  open: boolean;
  onClose: () => void;
  onAdded: (passenger: Passenger) => void;
}

export function AddPassengerSheet({ open, onClose, onAdded }: Props) {
  const { t } = useTranslation("rail");
  return (
    <Sheet open={open} title={t("passengers.addTitle")} onClose={onClose}>
      <AddPassengerForm onAdded={onAdded} />
    </Sheet>
  );
}

/** Name and identity number. Length and characters are looked at here, the rest by the server. */
function AddPassengerForm({ onAdded }: Pick<Props, "onAdded">) {
  const { t } = useTranslation("rail");
  const add = useAddPassenger();
  const [name, setName] = useState("");
  const [identity, setIdentity] = useState("");
  const [shown, setShown] = useState(false);
  const { busy, error, submit, setError } = useSubmit();
  const nameFault = name.trim() === "" ? "empty" : null;
  const fault = identityFault(identity);

  const save = async () => {
    setShown(true);
    setError(null);
    if (nameFault || fault) return;
    await submit(async () => {
      onAdded(await add({ name: name.trim(), identity_number: tidyIdentity(identity) }));
    });
  };
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field
        label={t("passengers.name")}
        value={name}
        onChange={setName}
        autoComplete="off"
        maxLength={60}
        hint={t("passengers.nameHint")}
        error={shown && nameFault ? t("passengers.nameEmpty") : null}
      />
      <Field
        label={t("passengers.identity")}
        value={identity}
        onChange={setIdentity}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={24}
        error={shown && fault ? t(`passengers.identityFault.${fault}`) : null}
      />
      <ErrorNote error={error} />
      <SubmitButton busy={busy}>{t("passengers.save")}</SubmitButton>
    </form>
  );
}
