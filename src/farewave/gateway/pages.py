"""What a browser gets that an application sent here: the way on, or a page that says why not."""

from html import escape, unescape
from string import Template

from starlette.responses import HTMLResponse, RedirectResponse, Response

from farewave.gateway.envelope import Node
from farewave.kit.outcome import KitRefusal, Language, Refused

HEADERS = {
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
_LOGIN_WORDS = {
    "zh": (
        "zh-CN",
        "无法打开授权页",
        "应用发来的请求有误，没有提供您的任何信息。请返回应用重试，或联系应用的开发者。",
        "暂时无法打开授权页，请稍后刷新重试。",
        "给应用开发人员的说明",
    ),
    "en": (
        "en",
        "This sign-in can't be opened",
        "The application's request isn't right. Nothing was told about you. Go back to the"
        " application and try again, or ask its developers.",
        "This sign-in can't be opened just now. Please reload in a moment.",
        "For the application's developers",
    ),
}
_GRANT_WORDS = {
    "zh": (
        "zh-CN",
        "无法打开应用授权页",
        "服务商发来的请求有误，没有授予任何权限。请返回服务商页面重试，或联系服务商。",
        "暂时无法打开应用授权页，请稍后刷新重试。没有授予任何权限。",
        "给服务商开发人员的说明",
    ),
    "en": (
        "en",
        "This authorisation can't be opened",
        "The service provider's request isn't right. Nobody was let act for you. Go back to the"
        " provider's page and try again, or ask the provider.",
        "This authorisation can't be opened just now. Please reload in a moment. Nobody was let act"
        " for you.",
        "For the provider's developers",
    ),
}
_Words = tuple[str, str, str, str, str]
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
        return RedirectResponse(location, status_code=303, headers=HEADERS)
    return _why_not(
        _WORDS[language],
        outage=node["code"] == _UNAVAILABLE,
        code=f"{node['code']} {node['sub_code']}",
        why=unescape(str(node["sub_msg"])),  # some of it is escaped already
    )


def login_refused_page(refused: Refused, language: Language) -> Response:
    """Why an application's wish to know somebody isn't passed on."""
    return _refused(_LOGIN_WORDS[language], refused, language)


def login_outage_page(language: Language) -> Response:
    """Nothing can be looked up just now."""
    return _outage(_LOGIN_WORDS[language], language)


def grant_refused_page(refused: Refused, language: Language) -> Response:
    """Why an application's wish to act for a merchant isn't passed on."""
    return _refused(_GRANT_WORDS[language], refused, language)


def grant_outage_page(language: Language) -> Response:
    """Nothing can be looked up just now."""
    return _outage(_GRANT_WORDS[language], language)


def _refused(words: _Words, refused: Refused, language: Language) -> Response:
    why = refused.sentence(language)
    return _why_not(words, outage=False, code=refused.reason.code, why=why)


def _outage(words: _Words, language: Language) -> Response:
    unavailable = KitRefusal.UNAVAILABLE
    sentence = Refused(unavailable).sentence(language)
    return _why_not(words, outage=True, code=unavailable.code, why=sentence)


def _why_not(words: _Words, *, outage: bool, code: str, why: str) -> Response:
    lang, title, wrong, away, for_developers = words
    page = _PAGE.substitute(
        lang=lang,
        title=title,
        text=away if outage else wrong,
        for_developers=for_developers,
        code=escape(code),
        why=escape(why),
    )
    return HTMLResponse(page, status_code=503 if outage else 400, headers=HEADERS)
