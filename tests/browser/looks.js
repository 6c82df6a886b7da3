// What a machine can see of how a page looks; evaluates to a list of complaints.
({ locale, site }) => {
  const SMALLEST_PX = 11;
  const complaints = [];
  const dialog = document.querySelector("dialog[open]");
  const scope = dialog ?? document.body;
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) complaints.push(`the page is ${wide} px wide on ${innerWidth}`);
  if (document.documentElement.lang !== locale) {
    complaints.push(`its language is "${document.documentElement.lang}"`);
  }
  const headings = document.querySelectorAll("h1");
  if (headings.length !== 1) complaints.push(`${headings.length} headings of the first level`);
  if (!document.title.endsWith(`· ${site}`) || !document.title.includes(headings[0]?.textContent)) {
    complaints.push(`titled "${document.title}"`);
  }
  const word = (node) => `"${node.textContent.trim().slice(0, 30)}"`;
  const scrolls = (value) => value === "auto" || value === "scroll";
  const cuts = (value) => value === "hidden" || value === "clip";

  // Text that is meant for eyes: not what is hidden, and not what only a screen reader gets.
  const seen = (element) => {
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.clipPath.startsWith("inset(50%")) return false;
    }
    return true;
  };
  // Layers that lie above the page and may cover it.
  const layer = (element) => {
    for (let at = element; at && at !== scope; at = at.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(at).position)) return at;
    }
    return scope;
  };
  const lines = [];
  const walker = document.createTreeWalker(scope, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element || !seen(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const style = getComputedStyle(element);
    // The boxes that cut: what they leave of the text, and which of them cuts through a part of it.
    let [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom];
    const wrongs = [];
    let [sideways, upright] = [true, true];
    for (let at = element; at && at !== document.documentElement; at = at.parentElement) {
      const around = getComputedStyle(at);
      const room = at.getBoundingClientRect();
      const name = at.tagName.toLowerCase();
      const tight = at.matches("button, a, label, input") && around.display !== "inline";
      if (scrolls(around.overflowX)) sideways = false;
      if (scrolls(around.overflowY)) upright = false;
      if (around.overflowX !== "visible") [left, right] = [Math.max(left, room.left), Math.min(right, room.right)];
      if (around.overflowY !== "visible") [top, bottom] = [Math.max(top, room.top), Math.min(bottom, room.bottom)];
      if (sideways && (tight || cuts(around.overflowX)) && (box.left < room.left - 1.5 || box.right > room.right + 1.5)) {
        wrongs.push(`${word(node)} runs out of its ${name} sideways`);
      }
      if (upright && (tight || cuts(around.overflowY)) && (box.top < room.top - 3 || box.bottom > room.bottom + 3)) {
        wrongs.push(`${word(node)} runs out of its ${name} up or down`);
      }
    }
    if (right - left < 1 || bottom - top < 1) continue; // wholly behind an edge: not seen at all
    if (sideways && (box.left < -0.5 || box.right > innerWidth + 0.5)) {
      wrongs.push(`${word(node)} runs off the screen`);
    }
    if (parseFloat(style.fontSize) < SMALLEST_PX) wrongs.push(`${word(node)} is ${style.fontSize} small`);
    complaints.push(...wrongs);
    const above = layer(element);
    for (const line of range.getClientRects()) {
      lines.push({
        node,
        above,
        left: Math.max(line.left, left),
        right: Math.min(line.right, right),
        top: Math.max(line.top, top),
        bottom: Math.min(line.bottom, bottom),
      });
    }
  }
  lines.forEach((one, index) => {
    for (const other of lines.slice(index + 1)) {
      if (one.node === other.node || one.above !== other.above) continue;
      const x = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const y = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      // Lines are taller than their letters: neighbours may share a few pixels of air.
      if (x > 2 && y > 8) complaints.push(`${word(one.node)} lies over ${word(other.node)}`);
    }
  });

  // What a finger must hit: 24 px each way (WCAG 2.2), unless it stands within a sentence.
  for (const target of scope.querySelectorAll("button, a[href], summary")) {
    const box = target.getBoundingClientRect();
    const inline = getComputedStyle(target).display === "inline";
    if (seen(target) && !inline && box.width > 1 && (box.width < 24 || box.height < 24)) {
      complaints.push(`${word(target)} is a target of ${box.width.toFixed()} × ${box.height.toFixed()} px`);
    }
  }

  // The library's own blue, wherever nobody decided on a colour.
  for (const element of scope.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    for (const part of ["color", "backgroundColor", "borderTopColor", "fill"]) {
      if (style[part] === "rgb(22, 119, 255)" && seen(element)) {
        complaints.push(`the library's blue on ${element.tagName.toLowerCase()} ${word(element)}`);
      }
    }
  }
  return [...new Set(complaints)];
}
