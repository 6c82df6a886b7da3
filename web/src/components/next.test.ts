import { describe, expect, it } from "vitest";
import { safeNext, withCardChosen, withNext } from "./next";

const HERE = "https://wallet.example";

describe("safeNext", () => {
  it("lets a path of this site through, with its query", () => {
    expect(safeNext("/tickets/orders/ord_1?a=b#c", "/", HERE)).toBe("/tickets/orders/ord_1?a=b#c");
  });
  it.each([null, "", "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "tickets", "/\t/evil.example"])(
    "leads home instead of to %s",
    (next) => {
      expect(safeNext(next, "/", HERE)).toBe("/");
    },
  );
});

describe("withNext", () => {
  it("adds the place to come back to, whole", () => {
    expect(withNext("/top-up?amount=1", "/cashier/2?next=/a&b")).toBe("/top-up?amount=1&next=%2Fcashier%2F2%3Fnext%3D%2Fa%26b");
  });
});

describe("withCardChosen", () => {
  it("chooses the new card where a form asks which, and keeps what else it holds", () => {
    expect(withCardChosen("/withdraw?amount=12.5&card=crd_1", "crd_2")).toBe("/withdraw?amount=12.5&card=crd_2");
  });
  it("keeps a question mark inside of a query, and the fragment", () => {
    expect(withCardChosen("/top-up?card=crd_1&next=/cashier/2?a=b#c", "crd_2")).toBe(
      "/top-up?card=crd_2&next=%2Fcashier%2F2%3Fa%3Db#c",
    );
  });
  it("leaves every other place as it is", () => {
    expect(withCardChosen("/cards", "crd_2")).toBe("/cards");
    expect(withCardChosen("/cashier/2?next=%2Fa%3Fcard%3D1", "crd_2")).toBe("/cashier/2?next=%2Fa%3Fcard%3D1");
  });
});
