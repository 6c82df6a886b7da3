import { describe, expect, it } from "vitest";
import { syllables } from "./pinyin";
import { findStations, stationsByLetter } from "./stations";
import type { Station } from "@/api/types";

function station(line: string): Station {
  const [telecode, name, name_en, pinyin, initials, city, city_en, hot] = line.split(",") as [
    string, string, string, string, string, string, string, string,
  ];
  return { telecode, name, name_en, pinyin, initials, city, city_en, hot: hot === "yes" };
}

const STATIONS = [
  "BJP,北京,Beijing,beijing,bj,北京,Beijing,yes",
  "VNP,北京南,Beijing South,beijingnan,bjn,北京,Beijing,yes",
  "SHH,上海,Shanghai,shanghai,sh,上海,Shanghai,yes",
  "AOH,上海虹桥,Shanghai Hongqiao,shanghaihongqiao,shhq,上海,Shanghai,yes",
  "NJH,南京,Nanjing,nanjing,nj,南京,Nanjing,no",
  "NKH,南京南,Nanjing South,nanjingnan,njn,南京,Nanjing,yes",
  "SJP,石家庄,Shijiazhuang,shijiazhuang,sjz,石家庄,Shijiazhuang,no",
  "WCN,武昌,Wuchang,wuchang,wc,武汉,Wuhan,no",
  "WHN,武汉,Wuhan,wuhan,wh,武汉,Wuhan,yes",
  "SBT,沈阳北,Shenyang North,shenyangbei,syb,沈阳,Shenyang,yes",
].map(station);

const found = (query: string) => findStations(STATIONS, query).map((s) => s.telecode);

describe("finding a station", () => {
  it.each([
    ["北京南", "VNP"],
    ["北京南站", "VNP"],
    ["南京", "NJH"],
    ["njn", "NKH"],
    ["NJN", "NKH"],
    ["nanjingnan", "NKH"],
    ["nan jing nan", "NKH"],
    ["beijn", "VNP"],
    ["bjnan", "VNP"],
    ["hongq", "AOH"],
    ["Shanghai Hong", "AOH"],
    ["shi'jia", "SJP"],
    ["SJP", "SJP"],
    ["ｗｕｈａｎ", "WHN"],
    ["north", "SBT"],
  ])("%s is answered first by %s", (query, telecode) => {
    expect(found(query)[0]).toBe(telecode);
  });

  it("gives every station of a city, the one of that very name first", () => {
    expect(found("武汉")).toEqual(["WHN", "WCN"]);
    expect(found("Wuhan")).toEqual(["WHN", "WCN"]);
  });

  it("puts initials above a pinyin that merely begins so", () => {
    expect(found("sh").slice(0, 3)).toEqual(["SHH", "AOH", "SBT"]);
  });

  it("answers nothing to nothing and to what no station is called", () => {
    expect(found("  ")).toEqual([]);
    expect(found("xyzzy")).toEqual([]);
  });
});

describe("the index", () => {
  it("has a letter only where a station begins with it, in order", () => {
    expect(stationsByLetter(STATIONS).map(([letter]) => letter)).toEqual(["B", "N", "S", "W"]);
    expect(stationsByLetter(STATIONS)[0]?.[1].map((s) => s.name)).toEqual(["北京", "北京南"]);
  });
});

describe("syllables", () => {
  it.each([
    ["nanjingnan", "njn", ["nan", "jing", "nan"]],
    ["xian", "xa", ["xi", "an"]],
    ["changshanan", "csn", ["chang", "sha", "nan"]],
    ["yanan", "ya", ["yan", "an"]],
    ["haerbin", "heb", ["ha", "er", "bin"]],
    ["shanghaihongqiao", "shhq", ["shang", "hai", "hong", "qiao"]],
  ])("%s as %s", (pinyin, initials, expected) => {
    expect(syllables(pinyin, initials)).toEqual(expected);
  });

  it("keeps in one piece what doesn't fit its initials", () => {
    expect(syllables("manzhouli", "xx")).toEqual(["manzhouli"]);
  });
});
