"""A text in Markdown whose words are explained on pointing; pure."""

import re
from collections.abc import Collection
from functools import lru_cache

from lmm_app.glossary.entries import GLOSSARY, SYMBOLS

# What is left as it is, each under the name that says what a `<` becomes in it.
_FENCE = r"(?ms:^[ ]{0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^[ ]{0,3}(?P=fence)[`~]*[ ]*$|\Z))"
_TICKS = r"(?<!`)(?P<ticks>`+)(?!`)[^\n]+?(?<!`)(?P=ticks)(?!`)"
_FORMULA = r"\$\$[^$]+\$\$|\$(?![\s$])[^$\n]*(?<![\s\\$])\$"
_HEADING = r"(?m:^[ ]{0,3}\#{1,6}[ ][^\n]*$)"
_INSIDE = r"(?:\\.|[^\[\]\\\n])*"
_LINK = rf"!?\[{_INSIDE}\](?:\((?:\\.|[^()\\\n])*\)|\[{_INSIDE}\])|https?://[^\s<>)\]]+"
# Streamlit's own marks: a badge or a picture; of small or coloured type the words count.
_MARK = rf":[a-z]+-badge\[{_INSIDE}\]|:material/\w+:|:[a-z][a-z-]*\["
_SKIPPED = (
    rf"(?P<code>{_FENCE}|{_TICKS})|(?P<formula>{_FORMULA})|"
    rf"(?P<kept>{_HEADING}|\\.|{_LINK}|{_MARK})|(?P<open><)"
)
# A browser may begin a line behind a button, and no line begins with a comma. Signs that may be of
# Markdown are left where they are.
_GLUED = re.compile(
    r'(<button type="button" class="word"[^>]*>[^<]*</button>(?:[.,;?)’”…]|[:!](?=\s)))'
)
_SIGN = "=≤≥≈·×/^+−|∈→"
_CODES = {form: entry.code for entry in GLOSSARY for form in entry.forms}


def _spelled(form: str) -> str:
    """A form, also with a capital in front, a straight apostrophe, or broken over two lines."""
    first = f"[{form[0]}{form[0].upper()}]" if form[0].islower() else form[0]
    rest = re.escape(form[1:]).replace("’", "[’']").replace(r"\ ", r"[ \n]")
    return first + rest


def _terms() -> str:
    words = sorted(set(_CODES) - SYMBOLS, key=lambda form: (-len(form), form))
    # A letter is a word where no sign of a formula stands beside it.
    letters = (
        rf"(?<![{_SIGN}][ \u00a0])(?<![{_SIGN}(])[{''.join(sorted(SYMBOLS))}]"
        rf"(?!\(|[ \u00a0]?[{_SIGN}₀-₉]|[ \u00a0][<>~])"
    )
    either = "|".join(map(_spelled, words))
    return rf"(?<![\w\\\-.′])(?P<term>{either}|{letters})(?![\w\\\-′])"


_TERMS = _terms()


@lru_cache(maxsize=64)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    known = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    own = rf"(?P<name>(?<!\w)(?:{known})(?!\w))|" if known else ""
    return re.compile(f"{own}{_SKIPPED}|{_TERMS}")


def _code_of(term: str) -> str:
    """The code of a form as it was found in a text."""
    plain = term.replace("'", "’").replace("\n", " ")
    return _CODES.get(plain) or _CODES[plain[0].lower() + plain[1:]]


def _without_tags(words: str, instead: str) -> str:
    """What opens a tag of HTML, replaced where no backslash stands before it."""
    return re.sub(r"\\.|<", lambda m: instead if m[0] == "<" else m[0], words, flags=re.DOTALL)


def marked(
    markdown: str,
    seen: set[str] | None = None,
    *,
    names: Collection[str] = (),
    but: Collection[str] = (),
) -> str:
    """Markdown with the first occurrence of each word of the glossary explained on pointing.

    To be shown by `st.markdown(marked(text), unsafe_allow_html=True)` on a page that the shell
    has drawn, which holds the meanings and the style. Code, formulas, links, headings and badges
    stay as they are, and so do the marks of bold type. No `<` of the text becomes HTML, whoever
    wrote it: what looks like a tag is shown as it is written.

    Args:
        markdown: the text; names from files come through `lmm_app.fit.text.literal`.
        seen: codes of words that were explained before on this page; those of this text are
            added. Without it the text stands alone.
        names: names from files as they stand in the text, such as a trait called “weight”, which
            are no words of the method there.
        but: codes of words that mean something else in this text.

    Returns:
        The text with a button for each word that is explained.
    """
    seen = set() if seen is None else seen

    def put(match: re.Match[str]) -> str:
        words = match[0]
        if match["open"]:
            return "&lt;"
        if match["code"]:
            # In code an entity would be shown; a joiner of no width keeps the tag from being one.
            return re.sub(r"<(?=[A-Za-z/!?])", "<\u2060", words)
        if match["formula"]:
            return _without_tags(words, r"\lt ")
        if not match["term"]:
            return _without_tags(words, "&lt;")
        code = _code_of(words)
        if code in seen or code in but:
            return words
        seen.add(code)
        return f'<button type="button" class="word" aria-describedby="word-{code}">{words}</button>'

    return _GLUED.sub(
        r'<span class="glued">\1</span>', _pattern(frozenset(names) - {""}).sub(put, markdown)
    )
