/** Whether a card number's last digit fits the others (ISO/IEC 7812). A hint; the bank decides. */
export function fitsLuhn(number: string): boolean {
  const digits = Array.from(number, Number).reverse();
  const sum = digits.reduce((total, digit, place) => {
    const counted = place % 2 === 1 ? digit * 2 : digit;
    return total + (counted > 9 ? counted - 9 : counted);
  }, 0);
  return digits.length >= 12 && sum % 10 === 0;
}

/** "6213888800008821" as "6213 8888 0000 8821". */
export function inFours(number: string): string {
  return number.replace(/(\d{4})(?=\d)/g, "$1 ");
}
