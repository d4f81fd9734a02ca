"""The tables of the page: wide at a desk, one cell below the other on a telephone; pure."""

from collections.abc import Iterable, Sequence

from lmm_app.fit.table import table

STYLE = """\
<style>
.teaching table { width: 100%; border-collapse: collapse; font-size: 0.9rem; }
.teaching th, .teaching td { text-align: left; vertical-align: top; border: 0;
  padding: 0.5rem 1rem 0.5rem 0; border-bottom: 1px solid rgba(128, 128, 128, 0.3); }
.teaching th { font-weight: 600; }
.teaching a { color: inherit; text-decoration: underline; }
@media (max-width: 640px) {
  .teaching thead { display: none; }
  .teaching tr, .teaching th, .teaching td { display: block; width: auto !important; border: 0;
    padding: 0.15rem 0; }
  .teaching tr { border-bottom: 1px solid rgba(128, 128, 128, 0.3); padding: 0.5rem 0; }
}
"""


def teaching_table(
    kind: str, head: Sequence[str], rows: Iterable[Sequence[str]], style: str
) -> str:
    """The table, of a class of its own, with the CSS of that."""
    return f"{STYLE}{style}</style>{table(head, rows, kind=f'teaching {kind}')}"
