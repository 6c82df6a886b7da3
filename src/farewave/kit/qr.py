"""QR codes as pictures."""

import io

import segno

_QUIET_ZONE = 4


def qr_svg(text: str) -> str:
    """The QR code of `text` as an SVG with its quiet zone, as large as the page makes it."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False, boost_error=False).save(
        drawn, kind="svg", xmldecl=False, svgclass=None, lineclass=None, omitsize=True,
        border=_QUIET_ZONE, dark="#000", light="#fff", nl=False,
    )  # fmt: skip
    return drawn.getvalue().decode()
