"""What the site takes from the program when it is built, so that it cannot be out of date.

In a page, `<!-- figure: NAME -->` is a picture of `docs.figures`, `<!-- help: COMMAND -->` what
`lmm COMMAND --help` prints, `<!-- readers -->` the table of what is read, `<!-- claims -->` that
of every sentence with a number, `<!-- published -->` what others printed beside ours.
"""

import hashlib
import io
import os
import re
import sys
from contextlib import redirect_stdout, suppress
from html import unescape
from pathlib import Path
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor
from mkdocs.utils import get_relative_url

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from docs import published  # noqa: E402
from docs.figures import FIGURES  # noqa: E402
from lmm_app.site.write import write  # noqa: E402
from lmm_cli.entry import main  # noqa: E402
from lmm_data.readers.dispatch import READERS  # noqa: E402
from tests.claims.table import table  # noqa: E402

MARK = re.compile(r"^<!-- (figure|help|readers|claims|published)(?:: (\w*))? -->$", re.MULTILINE)
# A script in the page; data, which have a type, stay.
SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


class Examples(Preprocessor):
    """The examples of a docstring, lines that begin with `>>>`, as code and not as quotations."""

    def run(self, lines: list[str]) -> list[str]:
        """Put each run of them, to the next empty line, between fences."""
        out: list[str] = []
        fenced = example = False
        for line in lines:
            fenced ^= line.startswith("```")
            if not fenced and not example and line.startswith(">>> "):
                example = True
                out.append("```python")
            elif example and not line.strip():
                example = False
                out.append("```")
            out.append(line)
        return [*out, "```"] if example else out


class WithExamples(Extension):
    """Markdown with `Examples` in it."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802
        """Before fences are looked for."""
        md.preprocessors.register(Examples(md), "examples", 50)


def on_config(config: Any) -> Any:
    """Show the examples of docstrings as code."""
    config["markdown_extensions"].append(WithExamples())
    return config


def figure(name: str) -> str:
    """A picture, with what it shows in words below it."""
    svg = FIGURES[name]()
    said = re.search('aria-label="([^"]*)"', svg)
    assert said is not None
    caption = unescape(said[1])
    return f'<figure class="drawn">{svg}<figcaption>{caption}</figcaption></figure>'


def help_of(command: str) -> str:
    """What a command says of itself, 80 columns wide."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "80"
    said = io.StringIO()
    try:
        with redirect_stdout(said), suppress(SystemExit):
            main([*command.split(), "--help"])
    finally:
        del os.environ["COLUMNS"]
        if before is not None:
            os.environ["COLUMNS"] = before
    return f"```text\n{said.getvalue().rstrip()}\n```"


def readers() -> str:
    """A row for each reader: its code, what it reads, and which files together."""
    rows = ["| code | what it reads | files, besides `.gz` |", "|---|---|---|"]
    for code, reader in READERS.items():
        endings = [f"`{ending}`" for ending in reader.parts if ending]
        rows.append(f"| `{code}` | {reader.words} | {', '.join(endings) or 'any name'} |")
    return "\n".join(rows)


def fill(markdown: str) -> str:
    """A page with its pictures and tables."""

    def made(match: re.Match[str]) -> str:
        what, name = match.groups()
        if what == "readers":
            return readers()
        if what == "claims":
            return table()
        if what == "published":
            return published.page()
        return figure(name) if what == "figure" else help_of(name or "")

    return MARK.sub(made, markdown)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fill a page before it is turned into HTML."""
    return fill(markdown)


def on_post_build(config: Any) -> None:
    """Put the lesson that needs no server beside the documentation."""
    write(Path(config["site_dir"]) / "lesson", lambda name: None)


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Put the theme's scripts into files, so that a policy without inline scripts lets them run."""

    def moved(match: re.Match[str]) -> str:
        name = f"assets/inline/{hashlib.sha256(match[1].encode()).hexdigest()[:12]}.js"
        target = Path(config["site_dir"]) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(match[1], encoding="utf-8")
        return f'<script src="{get_relative_url(name, page.url)}"></script>'

    # The theme leaves its search without a name.
    named = output.replace('role="dialog"', 'role="dialog" aria-label="Search"')
    return SCRIPT.sub(moved, named)
