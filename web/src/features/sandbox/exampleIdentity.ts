const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432";

/** The check character of an identity number's first 17 digits (GB 11643). */
export function checkCharacter(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(first17[place]), 0);
  return CHECKS.charAt(sum % 11);
}

/** A well-formed number of nobody: Beijing's Chaoyang, an adult's birthday, any sequence. */
export function exampleIdentityNumber(chance: () => number = Math.random): string {
  const below = (bound: number) => Math.floor(chance() * bound);
  const two = (part: number) => String(part).padStart(2, "0");
  const birth = `${1970 + below(30)}${two(1 + below(12))}${two(1 + below(28))}`;
  const first17 = `110105${birth}${String(1 + below(998)).padStart(3, "0")}`;
  return first17 + checkCharacter(first17);
}
