// What the shop sells, with pictures of a few strokes each.

const picture = (ground, strokes) =>
  `<svg viewBox="0 0 200 160" role="img" aria-hidden="true" preserveAspectRatio="xMidYMid slice">` +
  `<rect width="200" height="160" fill="${ground}"/>${strokes}</svg>`;

export const GOODS = [
  {
    id: "tea",
    zh: "桂花乌龙 · 100 克",
    en: "Osmanthus oolong, 100 g",
    textZh: "十月的金桂与春茶一同窨制，冷泡也甜。",
    textEn: "Spring tea scented with October blossoms; sweet when brewed cold, too.",
    fen: 3980,
    picture: picture(
      "#f6e9d2",
      `<ellipse cx="100" cy="132" rx="52" ry="6" fill="#d9c39a"/>
       <rect x="64" y="52" width="72" height="78" rx="10" fill="#2f6b4f"/>
       <rect x="60" y="38" width="80" height="20" rx="8" fill="#245540"/>
       <rect x="74" y="74" width="52" height="36" rx="4" fill="#f6e9d2"/>
       <path d="M84 100c4-14 14-18 16-20 2 2 12 6 16 20" fill="none" stroke="#c98a1b" stroke-width="4" stroke-linecap="round"/>`,
    ),
  },
  {
    id: "lamp",
    zh: "月白小夜灯",
    en: "Moon-white night lamp",
    textZh: "轻触即亮，光像隔着一层纸。",
    textEn: "A touch lights it; the light falls as through paper.",
    fen: 12800,
    picture: picture(
      "#22384a",
      `<circle cx="100" cy="70" r="56" fill="#f7e8b5" opacity=".16"/>
       <circle cx="100" cy="70" r="40" fill="#f9efc9"/>
       <rect x="94" y="108" width="12" height="22" fill="#b8895a"/>
       <rect x="70" y="128" width="60" height="8" rx="4" fill="#8c6239"/>`,
    ),
  },
  {
    id: "umbrella",
    zh: "青瓷色晴雨伞",
    en: "Celadon umbrella",
    textZh: "八骨，单手可收，重 290 克。",
    textEn: "Eight ribs, closed with one hand, 290 g.",
    fen: 8900,
    picture: picture(
      "#e3f0ee",
      `<path d="M40 88a60 52 0 0 1 120 0c-10-8-22-8-30 0-8-8-22-8-30 0-8-8-22-8-30 0-8-8-20-8-30 0z" fill="#5fa8a0"/>
       <path d="M100 36v-8M100 84v42a10 10 0 0 0 20 0" fill="none" stroke="#2c4a48" stroke-width="5" stroke-linecap="round"/>`,
    ),
  },
  {
    id: "notebook",
    zh: "线装手账本",
    en: "Thread-bound notebook",
    textZh: "竹浆纸 160 页，平摊不拱。",
    textEn: "160 pages of bamboo paper that lie flat.",
    fen: 2650,
    picture: picture(
      "#efe3e0",
      `<rect x="58" y="32" width="88" height="104" rx="4" fill="#fffaf2" transform="rotate(4 100 84)"/>
       <rect x="54" y="28" width="88" height="104" rx="4" fill="#9c3d3a"/>
       <path d="M64 28v104M54 48h10M54 68h10M54 88h10M54 108h10" stroke="#f3d9c9" stroke-width="3"/>
       <rect x="84" y="50" width="36" height="48" rx="2" fill="#f8efe4"/>`,
    ),
  },
  {
    id: "cup",
    zh: "手作粗陶杯",
    en: "Stoneware cup",
    textZh: "每只釉色不同，容量 220 毫升。",
    textEn: "No two glazes are alike. 220 ml.",
    fen: 5600,
    picture: picture(
      "#e8e4dc",
      `<ellipse cx="96" cy="130" rx="46" ry="6" fill="#cfc8ba"/>
       <path d="M60 54h72l-8 70a6 6 0 0 1-6 5H74a6 6 0 0 1-6-5z" fill="#6d7f8b"/>
       <path d="M60 54h72l-3 26c-14 8-24-6-36 2s-20 4-30 0z" fill="#a9b8bf"/>
       <path d="M131 70c22-4 24 34-4 36" fill="none" stroke="#6d7f8b" stroke-width="8" stroke-linecap="round"/>`,
    ),
  },
  {
    id: "scarf",
    zh: "山羊绒格子围巾",
    en: "Checked cashmere scarf",
    textZh: "织得松，围得暖，两面同花。",
    textEn: "Woven loose, worn warm, the same on both sides.",
    fen: 19900,
    picture: picture(
      "#f3efe6",
      `<path d="M58 44c28 22 56 22 84 0l10 18c-32 26-72 26-104 0z" fill="#b0563b"/>
       <rect x="112" y="60" width="30" height="72" rx="3" fill="#b0563b" transform="rotate(-8 127 96)"/>
       <path d="M118 72l30-5M120 90l30-5M122 108l30-5" stroke="#e9c8a5" stroke-width="4"/>
       <path d="M116 134l2 10M124 133l2 10M132 132l2 10M140 130l2 10" stroke="#8c3f29" stroke-width="3"/>`,
    ),
  },
];

export const goodsOf = (id) => GOODS.find((each) => each.id === id);

/** 3980 → "39.80". Money is whole fen everywhere else. */
export const yuan = (fen) => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, "0")}`;
