/** A place as it is printed: "12A", "045", or a berth, "07上". */

export type BerthLevel = "upper" | "middle" | "lower";

export interface SeatName {
  number: string;
  level: BerthLevel | null;
}

const LEVELS: Record<string, BerthLevel> = { 上: "upper", 中: "middle", 下: "lower" };

export function seatNameOf(seat: string): SeatName {
  const level = LEVELS[seat.slice(-1)];
  return level ? { number: seat.slice(0, -1), level } : { number: seat, level: null };
}
