"""R/qtl2's control file: which files there are, and what the entries in them mean."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from posixpath import basename
from typing import Any, TypeAlias

from lmm_core.arrays import Brief
from lmm_core.errors import DataError, some

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

# The longest that R/qtl2's own data sets have is 5 kB; a list of files for each chromosome.
MAX_BYTES = 100_000
MAX_DEPTH = 4
# What PyYAML is given to read, which takes its time over each.
MAX_PARTS = 10_000
_REFUSED = (
    ("anchor", "anchors or aliases", "write out what it means"),
    ("tag", "tags", "delete it"),
)
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Control(Brief):
    """What a control file says, every entry as text: `NA`, `no` and `001` stay what they are.

    Attributes:
        name: of the file, in the folder or archive it is in.
        fields: what it says; keys without a value are left out.
        notes: what the reader of the data should know.
    """

    name: str
    fields: Mapping[str, Value]
    notes: tuple[str, ...] = ()

    def text(self, key: str, default: str = "") -> str:
        """The one entry of a key."""
        value = self.fields.get(key, default)
        if not isinstance(value, str):
            raise self._misshapen(key, "one entry", value)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The entries of a key, whether it has one or a list of them."""
        value = self.fields.get(key, [])
        entries = value if isinstance(value, list) else [value]
        texts = [entry for entry in entries if isinstance(entry, str)]
        if len(texts) < len(entries):
            raise self._misshapen(key, "one entry or a list of them", value)
        return tuple(texts)

    def codes(self, key: str) -> dict[str, str]:
        """The pairs of a key, such as `genotypes` with `AA: 1`; none if it has a single entry."""
        value = self.fields.get(key, {})
        if isinstance(value, str):
            return {}
        pairs = value.items() if isinstance(value, dict) else [("", value)]
        texts = {code: entry for code, entry in pairs if isinstance(entry, str)}
        if len(texts) < len(pairs):
            raise self._misshapen(key, "pairs such as “code: meaning”", value)
        return texts

    def flag(self, key: str) -> bool:
        """Whether a key is true; false if it is absent."""
        value = self.text(key, "false")
        if value.lower() not in _TRUE | _FALSE:
            raise self._misshapen(key, "true or false", value)
        return value.lower() in _TRUE

    def _misshapen(self, key: str, form: str, value: Value) -> DataError:
        found = {list: "a list", dict: "pairs"}.get(type(value)) or f"“{value!s:.40}”"
        return DataError(f"“{key}” must be {form}", f"it is {found}", "correct it", where=self.name)


def control_names(names: Iterable[str]) -> tuple[str, ...]:
    """Which of the files may be a control file, by their names: those in YAML, else in JSON.

    >>> control_names(["iron/iron.yaml", "iron/geno.csv", "__MACOSX/iron/._iron.yaml"])
    ('iron/iron.yaml',)
    """
    seen = [name for name in names if not basename(name).startswith(".")]
    yaml = tuple(name for name in seen if name.lower().endswith((".yaml", ".yml")))
    return yaml or tuple(name for name in seen if name.lower().endswith(".json"))


def read_control(files: Mapping[str, bytes], name: str) -> Control:
    """The control file among the files.

    Args:
        files: their contents by name, or by path within an archive.
        name: what to call them together in messages.

    Raises:
        DataError: no control file or several, not UTF-8, YAML or JSON that is damaged, longer
            than 100,000 bytes or nested deeper than 4, anchors, aliases or tags, a key twice.
    """
    found = control_names(files)
    if not found:
        raise DataError(
            "R/qtl2’s data need a control file, .yaml or .json",
            f"there is none among {some(files, 6) or 'no files'}",
            "add it, or make one with write_control_file() in R",
            where=name,
        )
    if len(found) > 1:
        raise DataError(
            "there must be one control file",
            f"found {some(found)}",
            "keep the one that names the files",
            where=name,
        )
    data = files[found[0]]
    if len(data) > MAX_BYTES:
        raise DataError(
            f"a control file has at most {MAX_BYTES:,} bytes",
            f"this one has {len(data):,}",
            "the data belong into files of their own",
            where=found[0],
        )
    text = in_utf8(data, found[0], "save it as UTF-8")
    in_json = found[0].lower().endswith(".json")
    value = _from_json(text, found[0]) if in_json else _from_yaml(text, found[0])
    if not isinstance(value, dict):
        raise DataError(
            "a control file must hold pairs such as “crosstype: f2”",
            "there are none",
            where=found[0],
        )
    others = [] if in_json else [other for other in files if other.lower().endswith(".json")]
    notes = (f"{found[0]} is the control file; {some(others)} is not read.",) if others else ()
    return Control(found[0], {key: v for key, v in value.items() if v not in ("", [], {})}, notes)


def in_utf8(data: bytes, name: str, remedy: str) -> str:
    """The text of a file, or a DataError that names the first byte that is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte {error.start} is 0x{data[error.start]:02x}"
        raise DataError("the text must be UTF-8", found, remedy, where=name) from None


def _from_yaml(text: str, name: str) -> Value:
    """The value that YAML's events spell out; no object is ever constructed from them.

    `yaml.compose` would have resolved the aliases, and followed any depth, before they are refused.
    """
    events = _events(text, name)
    value = next((_build(event, events, name, 1) for event in events), "")
    if next(events, None) is not None:
        raise DataError(
            "a control file must be one document", "it holds several", "keep one", where=name
        )
    return value


def _events(text: str, name: str) -> Iterator[Any]:
    """The parts of a YAML text, without the frame around its document."""
    try:
        import yaml
    except ImportError:
        raise DataError(
            "a control file in YAML needs PyYAML",
            remedy="run “pip install pyyaml”, or write it as JSON",
            where=name,
        ) from None
    frame = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent)
    parts = yaml.parse(text, Loader=yaml.SafeLoader)
    for number in count():
        try:
            event = next(parts, None)
        except (yaml.YAMLError, ValueError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f"line {mark.line + 1}: " if mark else ""
            said = getattr(error, "problem", None) or getattr(error, "reason", None) or error
            # PyYAML has straight quotation marks.
            problem = re.sub(r"'([^']+)'", r"“\1”", f"{said!s:.100}")
            raise DataError(
                "the control file must be YAML",
                f"{where}{problem}",
                "put entries with signs such as - * : into quotes",
                where=name,
            ) from None
        if event is None:
            return
        if number > MAX_PARTS:
            raise DataError(
                f"a control file has at most {MAX_PARTS:,} entries",
                "this one has more",
                "the data belong into files of their own",
                where=name,
            )
        for what, many, remedy in _REFUSED:
            if (found := getattr(event, what, None)) is not None:
                raise DataError(
                    f"a control file must have no {many}",
                    f"line {event.start_mark.line + 1} has “{found:.40}”",
                    remedy,
                    where=name,
                )
        if not isinstance(event, (*frame, yaml.DocumentEndEvent)):
            yield event


def _build(event: Any, events: Iterator[Any], name: str, depth: int) -> Value:
    kind = type(event).__name__
    if kind == "ScalarEvent":
        plain = event.style is None
        return "" if plain and event.value in _NULLS else _clean(event.value)
    _require_shallow(depth, name)
    if kind == "SequenceStartEvent":
        entries = []
        while type(inner := next(events)).__name__ != "SequenceEndEvent":
            entries.append(_build(inner, events, name, depth + 1))
        return entries
    pairs: list[tuple[str, Value]] = []
    while type(key := next(events)).__name__ != "MappingEndEvent":
        if type(key).__name__ != "ScalarEvent":
            raise DataError(
                "a key must be plain text",
                f"line {key.start_mark.line + 1} has a list or pairs for one",
                "put a key with brackets into quotes",
                where=name,
            )
        pairs.append((_clean(key.value), _build(next(events), events, name, depth + 1)))
    return _pairs(pairs, name)


def _from_json(text: str, name: str) -> Value:
    try:
        # Numbers stay as they are written; true, false and null become text below.
        parsed = json.loads(
            text,
            object_pairs_hook=lambda pairs: _pairs(pairs, name),
            parse_int=str,
            parse_float=str,
            parse_constant=str,
        )
    except json.JSONDecodeError as error:
        raise DataError(
            "the control file must be JSON", f"line {error.lineno}: {error.msg}", where=name
        ) from None
    except RecursionError:
        raise _too_deep(name) from None
    return _texts(parsed, name, 1)


def _texts(value: Any, name: str, depth: int) -> Value:
    if isinstance(value, (dict, list)):
        _require_shallow(depth, name)
    if isinstance(value, dict):
        return {_clean(key): _texts(entry, name, depth + 1) for key, entry in value.items()}
    if isinstance(value, list):
        return [_texts(entry, name, depth + 1) for entry in value]
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return _clean(value)


def _pairs(pairs: list[tuple[str, Any]], name: str) -> dict[str, Any]:
    times = Counter(key for key, _ in pairs)
    if len(times) < len(pairs):
        raise DataError(
            "each key must be given once",
            f"“{times.most_common(1)[0][0]:.40}” is there {times.most_common(1)[0][1]} times",
            "keep one of them",
            where=name,
        )
    return dict(pairs)


def _clean(text: str) -> str:
    """Text that can be shown: JSON and YAML can spell half of a character."""
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def _require_shallow(depth: int, name: str) -> None:
    if depth > MAX_DEPTH:
        raise _too_deep(name)


def _too_deep(name: str) -> DataError:
    return DataError(
        f"a control file is nested at most {MAX_DEPTH} deep",
        "this one is deeper",
        "look for brackets that are not closed",
        where=name,
    )
