import { expect, it } from "vitest";

const files = import.meta.glob<Record<string, unknown>>(["./*/*.json", "../console/locales/*/*.json"], {
  eager: true,
  import: "default",
});

/** Every word's path; plural forms count as one, because the languages have different ones. */
function words(of: Record<string, unknown>, above = ""): string[] {
  return Object.entries(of).flatMap(([name, value]) => {
    const path = above + name.replace(/_(one|other)$/, "");
    return typeof value === "string" ? [path] : words(value as Record<string, unknown>, `${path}.`);
  });
}

const unique = (list: string[]) => [...new Set(list)].sort();
const namespaces = unique(Object.keys(files).map((path) => path.replace(/\/(zh|en)\//, "/*/")));

it.each(namespaces)("%s says the same things in both languages", (file) => {
  const zh = files[file.replace("*", "zh")] ?? {};
  const en = files[file.replace("*", "en")] ?? {};
  expect(unique(words(en))).toEqual(unique(words(zh)));
});
