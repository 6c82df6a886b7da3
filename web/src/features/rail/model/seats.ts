/** What may be wished: a seat at the window or the aisle, or a letter of the row; the level of a berth. */

import type { BerthLevel } from "./seatName";

export type SeatWord = "window" | "aisle";
export type SeatWish = SeatWord | "A" | "B" | "C" | "D" | "F" | BerthLevel;
export type SeatSide = "window" | "middle" | "aisle";

export interface RowSeat {
  letter: Exclude<SeatWish, SeatWord | BerthLevel>;
  side: SeatSide;
}

/** A row across the coach: the seats left and right of the aisle. */
export interface SeatRow {
  left: RowSeat[];
  right: RowSeat[];
}

const A: RowSeat = { letter: "A", side: "window" };
const B: RowSeat = { letter: "B", side: "middle" };
const C: RowSeat = { letter: "C", side: "aisle" };
const D: RowSeat = { letter: "D", side: "aisle" };
const F: RowSeat = { letter: "F", side: "window" };

/** E isn't used on these trains: three and two in second class, two and two in first. */
const ROWS: Record<string, SeatRow> = {
  O: { left: [A, B, C], right: [D, F] },
  M: { left: [A, C], right: [D, F] },
  "9": { left: [A, C], right: [F] },
};

/** The berths of one number, from above: three in an open bay, two in a room with a door. */
const BERTHS: Record<string, readonly BerthLevel[]> = {
  "3": ["upper", "middle", "lower"],
  "4": ["upper", "lower"],
  "6": ["upper", "lower"],
};

/** Seats with numbers instead of letters: window or aisle may be wished, no letter. */
const NUMBERED = new Set(["1", "2"]);

/** The row to draw for a class; null where seats have no letters. */
export function rowOf(classCode: string): SeatRow | null {
  return ROWS[classCode] ?? null;
}

/** The levels of a class's berths, from above; none where people sit. */
export function levelsOf(classCode: string): readonly BerthLevel[] {
  return BERTHS[classCode] ?? [];
}

/** Everything that may be wished in a class. */
function possibleWishes(classCode: string): readonly SeatWish[] {
  const row = rowOf(classCode);
  if (row) return ["window", "aisle", ...[...row.left, ...row.right].map((seat) => seat.letter)];
  return NUMBERED.has(classCode) ? ["window", "aisle"] : levelsOf(classCode);
}

/** Whether a wish can be made at all. */
export function takesWishes(classCode: string): boolean {
  return possibleWishes(classCode).length > 0;
}

/** A party of n has at most n wishes; one may be made before anybody has been chosen to travel. */
export function wishesMax(party: number): number {
  return Math.max(1, party);
}

/** One wish more: it pushes out the oldest of a full party, so that a single traveller just changes their mind. */
function withWish(wishes: readonly SeatWish[], wish: SeatWish, party: number): SeatWish[] {
  return [...wishes, wish].slice(-wishesMax(party));
}

/** Takes a wish up or drops it. */
export function toggleWish(wishes: readonly SeatWish[], wish: SeatWish, party: number): SeatWish[] {
  if (wishes.includes(wish)) return wishes.filter((each) => each !== wish);
  return withWish(wishes, wish, party);
}

/** One more, or one less, of a berth's level: several of a party may wish the same. */
export function countWish(wishes: readonly SeatWish[], wish: SeatWish, change: 1 | -1, party: number): SeatWish[] {
  if (change === 1) return withWish(wishes, wish, party);
  const place = wishes.lastIndexOf(wish);
  return wishes.filter((_, each) => each !== place);
}

/** The wishes that still hold for this class and party. */
export function wishesFor(
  wishes: readonly SeatWish[],
  classCode: string,
  party: number,
): SeatWish[] {
  const possible = possibleWishes(classCode);
  return wishes.filter((wish) => possible.includes(wish)).slice(0, wishesMax(party));
}
