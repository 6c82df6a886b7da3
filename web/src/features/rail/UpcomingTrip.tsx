/** The next trip as a strip on the wallet's home; nothing when there is none. */
export function UpcomingTrip() {
  return null;
}
