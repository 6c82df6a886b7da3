"""What a browser gets at `/gateway.do`: the way to the cashier, or a page that says why not."""

from html import escape, unescape
from string import Template

from starlette.responses import HTMLResponse, RedirectResponse, Response

from farewave.gateway.envelope import Node
from farewave.kit.outcome import Language

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
_WORDS = {
    "zh": (
        "zh-CN",
        "无法打开收银台",
        "商户发来的请求有误，没有创建交易，也没有扣款。请返回商户页面重试，或联系商户。",
        "暂时无法打开收银台，请稍后刷新重试。没有扣款。",
        "给商户开发人员的说明",
    ),
    "en": (
        "en",
        "The cashier can't be opened",
        "The merchant's request isn't right. No trade was made and nothing was charged. Go back to"
        " the merchant's page and try again, or ask the merchant.",
        "The cashier can't be opened just now. Please reload in a moment. Nothing was charged.",
        "For the merchant's developers",
    ),
}
_PAGE = Template(
    """<!doctype html>
<html lang="$lang"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>$title · Farewave</title>
<style>
body { margin: 0; background: #f4f6f8; color: #16202b;
  font: 16px/1.6 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 36rem; margin: 12vh auto; padding: 2rem 1.5rem; background: #fff;
  border-radius: 16px; }
h1 { margin: 0 0 .5rem; font-size: 1.4rem; }
h2 { margin: 1.5rem 0 .25rem; font-size: .9rem; color: #55626f; }
code { display: block; overflow-wrap: anywhere; font-size: .85rem; }
</style>
<main><h1>$title</h1><p>$text</p><h2>$for_developers</h2>
<code>$code</code><code>$why</code></main></html>"""
)
_UNAVAILABLE = "20000"


def page_response(node: Node, language: Language) -> Response:
    """The browser's answer to a page method's node: another address, or an error's page."""
    location = node.get("location")
    if isinstance(location, str):
        return RedirectResponse(location, status_code=303, headers=_HEADERS)
    lang, title, wrong, away, for_developers = _WORDS[language]
    outage = node["code"] == _UNAVAILABLE
    page = _PAGE.substitute(
        lang=lang,
        title=title,
        text=away if outage else wrong,
        for_developers=for_developers,
        code=escape(f"{node['code']} {node['sub_code']}"),
        why=escape(unescape(str(node["sub_msg"]))),  # some of it is escaped already
    )
    return HTMLResponse(page, status_code=503 if outage else 400, headers=_HEADERS)
