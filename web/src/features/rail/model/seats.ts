/** What may be wished of a seat: a place at the window or the aisle, or a letter of the row. */

export type SeatWish = "window" | "aisle" | "A" | "B" | "C" | "D" | "F";
export type SeatSide = "window" | "middle" | "aisle";

export interface RowSeat {
  letter: Exclude<SeatWish, "window" | "aisle">;
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

/** Seats with numbers instead of letters: window or aisle may be wished, no letter. */
const NUMBERED = new Set(["1", "2"]);

/** The row to draw for a class; null where seats have no letters. */
export function rowOf(classCode: string): SeatRow | null {
  return ROWS[classCode] ?? null;
}

/** Whether a wish can be made at all: berths are given out as they come. */
export function takesWishes(classCode: string): boolean {
  return classCode in ROWS || NUMBERED.has(classCode);
}

/**
 * Takes a wish up or drops it. A party of n has at most n wishes: one more pushes out the oldest,
 * so that a single traveller simply changes their mind.
 */
export function toggleWish(wishes: readonly SeatWish[], wish: SeatWish, party: number): SeatWish[] {
  if (wishes.includes(wish)) return wishes.filter((each) => each !== wish);
  return [...wishes, wish].slice(-Math.max(1, party));
}

/** The wishes that still hold for this class and party. */
export function wishesFor(
  wishes: readonly SeatWish[],
  classCode: string,
  party: number,
): SeatWish[] {
  if (!takesWishes(classCode)) return [];
  const row = rowOf(classCode);
  const letters = row ? [...row.left, ...row.right].map((seat) => seat.letter) : [];
  const possible: readonly SeatWish[] = ["window", "aisle", ...letters];
  return wishes.filter((wish) => possible.includes(wish)).slice(0, Math.max(1, party));
}
