/** How long a journey takes, and on which day it ends. */

export interface Duration {
  hours: number;
  minutes: number;
}

export function durationOf(minutes: number): Duration {
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}

/** The key of the words for a duration: with hours only, minutes only, or both. */
export function durationKey({ hours, minutes }: Duration): "hours" | "minutes" | "both" {
  if (hours === 0) return "minutes";
  return minutes === 0 ? "hours" : "both";
}

/** "+1" on the next day, "−1" on the day before, "" on the same. */
export function dayMark(dayOffset: number): string {
  if (dayOffset === 0) return "";
  return dayOffset > 0 ? `+${dayOffset}` : `−${-dayOffset}`;
}

/** Minutes that a train stands between arriving and leaving; 0 where it begins or ends. */
export function standingMinutes(arriveAt: string | null, departAt: string | null): number {
  if (!arriveAt || !departAt) return 0;
  return Math.round((Date.parse(departAt) - Date.parse(arriveAt)) / 60_000);
}
