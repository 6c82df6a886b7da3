"""Looking at a page as far as a machine can: its layout, its letters, axe's rules."""

import functools
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from tests.support.browser import LANG_ATTRIBUTE, Language

_HERE = Path(__file__).parent
_AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_GRAVE = {"serious", "critical"}
_RUN_AXE = """() => axe.run(document, { resultTypes: ["violations"] })"""
_known_letters: set[str] = set()


@functools.cache
def _script(path: Path) -> str:
    return path.read_text("utf-8")


async def layout_complaints(page: Page, language: Language, site: str = "Farewave") -> list[str]:
    """Text cut off, laid over other text or off the screen; a wrong language, title or heading."""
    found = await page.evaluate(
        _script(_HERE / "looks.js"), {"locale": LANG_ATTRIBUTE[language], "site": site}
    )
    return list(found)


async def missing_letters(page: Page, characters: str) -> str:
    """Those of `characters` that the page's font can only draw as a box."""
    asked = {
        "characters": characters,
        "font": await page.evaluate("() => getComputedStyle(document.body).fontFamily"),
    }
    return "".join(await page.evaluate(_script(_HERE / "glyphs.js"), asked))


async def letter_complaints(page: Page) -> list[str]:
    """Characters on this page without a glyph; each is looked at once in a session."""
    text = await page.evaluate("() => document.body.innerText + document.title")
    new = "".join(sorted(set(text) - _known_letters - set("\n\t\u200b\xa0 ")))
    missing = await missing_letters(page, new) if new else ""
    _known_letters.update(set(new) - set(missing))
    return [f"no glyph for {character!r}" for character in missing]


async def axe_complaints(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(_script(_AXE))
    result: dict[str, Any] = await page.evaluate(_RUN_AXE)
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]}"
        for violation in result["violations"]
        if violation["impact"] in _GRAVE
        for node in violation["nodes"]
    ]
