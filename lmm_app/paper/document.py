"""An HTML file of its own, that needs no network."""

from html import escape
from importlib.resources import files


def document(title: str, body: str, style: str, policy: str) -> str:
    """The file: a title in plain text, its body in HTML, its CSS, and what it may load and run."""
    return f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def print_style() -> str:
    """The style sheet of all that is handed out or printed."""
    return (files(__package__) / "print.css").read_text(encoding="utf-8")
