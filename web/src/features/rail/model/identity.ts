/** A first look at an identity number while it is typed; whether it is right the server judges. */

export type IdentityFault = "empty" | "length" | "characters";

/** 18 digits, the last of which may be X; blanks that people put between groups are taken out. */
export function tidyIdentity(typed: string): string {
  return typed.normalize("NFKC").replace(/\s/g, "").toUpperCase();
}

export function identityFault(typed: string): IdentityFault | null {
  const tidy = tidyIdentity(typed);
  if (tidy === "") return "empty";
  if (!/^[0-9]*X?$/.test(tidy)) return "characters";
  return tidy.length === 18 ? null : "length";
}
