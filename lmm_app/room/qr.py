"""A picture of an address for the cameras of telephones; pure."""

from html import escape

import segno

# Of white around it, in squares: fewer, and some cameras do not find it.
BORDER = 4


def qr_html(address: str) -> str:
    """The picture as HTML, black on white, in whatever page it stands."""
    picture = segno.make(address, error="m", micro=False)
    uri = picture.svg_data_uri(border=BORDER, light="#fff", dark="#000", omitsize=True)
    return f'<img class="qr" src="{escape(uri)}" alt="QR picture of the address {escape(address)}">'
