/**
 * Pinyin in syllables, so that a person may type each in full, in part or as its first letter:
 * "beijingnan", "bjn", "beijn" and "bjnan" all mean 北京南.
 */

const SYLLABLE =
  /^(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ong|ian|iao|ing|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)$/;
const LONGEST_SYLLABLE = 6;

/**
 * Cuts `pinyin` into syllables that begin with the letters of `initials`, one each.
 * Pinyin that can't be cut so (an abbreviation, a foreign name) stays one piece.
 */
export function syllables(pinyin: string, initials: string): string[] {
  return cut(pinyin, initials) ?? [pinyin];
}

function cut(pinyin: string, initials: string): string[] | null {
  if (initials === "") return pinyin === "" ? [] : null;
  if (!pinyin.startsWith(initials.charAt(0))) return null;
  for (let length = Math.min(LONGEST_SYLLABLE, pinyin.length); length > 0; length -= 1) {
    const head = pinyin.slice(0, length);
    if (!SYLLABLE.test(head)) continue;
    const tail = cut(pinyin.slice(length), initials.slice(1));
    if (tail) return [head, ...tail];
  }
  return null;
}

/** Whether `typed` is a run of beginnings of consecutive syllables, from the first one on. */
export function isTypedFor(typed: string, parts: readonly string[]): boolean {
  if (typed === "") return true;
  const [first, ...rest] = parts;
  if (first === undefined) return false;
  for (let length = Math.min(first.length, typed.length); length > 0; length -= 1) {
    if (typed.startsWith(first.slice(0, length)) && isTypedFor(typed.slice(length), rest)) {
      return true;
    }
  }
  return false;
}
