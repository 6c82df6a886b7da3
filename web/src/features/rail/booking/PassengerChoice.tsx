import type { UseQueryResult } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Passenger } from "@/api/types";
import { Confirm } from "@/components/Confirm";
import { ErrorNote } from "@/components/ErrorNote";
import { Icon } from "@/components/Icon";
import { ListCard, ListRow } from "@/components/ListCard";
import { Skeletons } from "@/components/Skeletons";
import { useRemovePassenger } from "../data/commands";
import { AddPassengerSheet } from "./AddPassengerSheet";
import cover from "../parts/cover.module.css";
import styles from "./PassengerChoice.module.css";

/** An order is for at most so many; the server says so too. */
const PARTY_MAX = 5;

interface Props {
  query: UseQueryResult<Passenger[]>;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

/** Who travels: the person's list with checkboxes, and a way to add to it. */
export function PassengerChoice({ query, chosen, onChange }: Props) {
  const { t } = useTranslation("rail");
  const remove = useRemovePassenger();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Passenger | null>(null);
  const full = chosen.length >= PARTY_MAX;
  const toggle = (id: string) => {
    if (chosen.includes(id)) onChange(chosen.filter((each) => each !== id));
    else if (!full) onChange([...chosen, id]);
  };
  return (
    <ListCard title={t("passengers.title")} more={<Count chosen={chosen.length} />}>
      {query.isError && (
        <div className={styles.inside}>
          <ErrorNote error={query.error} onRetry={() => query.refetch()} />
        </div>
      )}
      {query.isPending && (
        <div className={styles.inside}>
          <Skeletons lines={2} />
        </div>
      )}
      <ul>
        {query.data?.map((passenger) => (
          <PassengerRow
            key={passenger.passenger_id}
            passenger={passenger}
            checked={chosen.includes(passenger.passenger_id)}
            disabled={full && !chosen.includes(passenger.passenger_id)}
            onToggle={toggle}
            onRemove={setRemoving}
          />
        ))}
      </ul>
      <ListRow
        icon="plus"
        title={t("passengers.add")}
        onClick={() => {
          setAdding(true);
        }}
      />
      <AddPassengerSheet
        open={adding}
        onClose={() => {
          setAdding(false);
        }}
        onAdded={(passenger) => {
          setAdding(false);
          if (!full) onChange([...chosen, passenger.passenger_id]);
        }}
      />
      <Confirm
        open={removing !== null}
        title={t("passengers.removeTitle")}
        text={t("passengers.removeText", { name: removing?.name })}
        yes={t("passengers.remove")}
        danger
        onYes={async () => {
          if (removing) await remove(removing.passenger_id);
        }}
        onClose={() => {
          setRemoving(null);
        }}
      />
    </ListCard>
  );
}

function Count({ chosen }: { chosen: number }) {
  const { t } = useTranslation("rail");
  return (
    <span className={styles.count} role="status">
      {chosen > 0 ? t("passengers.chosen", { count: chosen, most: PARTY_MAX }) : ""}
    </span>
  );
}

interface RowProps {
  passenger: Passenger;
  checked: boolean;
  disabled: boolean;
  onToggle: (id: string) => void;
  onRemove: (passenger: Passenger) => void;
}

function PassengerRow({ passenger, checked, disabled, onToggle, onRemove }: RowProps) {
  const { t } = useTranslation("rail");
  return (
    <li className={styles.row}>
      <label className={styles.passenger}>
        <input
          type="checkbox"
          className={cover.cover}
          checked={checked}
          disabled={disabled}
          onChange={() => {
            onToggle(passenger.passenger_id);
          }}
        />
        <span className={styles.box} aria-hidden="true">
          {checked && <Icon name="check" size={16} />}
        </span>
        <span className={styles.words}>
          <span className={styles.name}>
            {passenger.name}
            {passenger.is_self && <span className={styles.self}>{t("passengers.self")}</span>}
          </span>
          <span className={styles.identity}>{passenger.identity_masked}</span>
        </span>
      </label>
      {!passenger.is_self && (
        <button
          type="button"
          className={styles.remove}
          aria-label={t("passengers.removeOne", { name: passenger.name })}
          onClick={() => {
            onRemove(passenger);
          }}
        >
          <Icon name="trash" size={20} />
        </button>
      )}
    </li>
  );
}
