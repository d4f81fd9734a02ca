"""What a running server keeps for everyone, and how much it may: as it tells who runs it."""

import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

PATIENCE = 120.0
UNITS = ("bytes", "entries")
LINE = re.compile(r'lmm_cache_(limit_)?(bytes|entries)\{cache="(.*)"\} (\d+)')
MB = 1 << 20


class CachesError(Exception):
    """The server does not tell."""


@dataclass(frozen=True)
class Cache:
    """What one cache holds and what it may hold, in bytes or in entries."""

    held: int
    most: int
    unit: str

    @property
    def within(self) -> bool:
        return self.held <= self.most

    def __str__(self) -> str:
        if self.unit == "bytes":
            return f"{self.held / MB:.1f} of {self.most / MB:.0f} MB"
        return f"{self.held:,} of {self.most:,} entries"


def caches_of(url: str) -> dict[str, Cache]:
    """The caches of the server at `url` by name; it must have run a page.

    Raises:
        CachesError: it has not, or it does not answer.
    """
    families = [f"lmm_cache_{limit}{unit}" for unit in UNITS for limit in ("", "limit_")]
    asked = "&".join(f"families={family}" for family in families)
    try:
        with urllib.request.urlopen(f"{url}/_stcore/metrics?{asked}", timeout=PATIENCE) as answer:
            return caches_in(answer.read().decode())
    except OSError as error:
        raise CachesError(f"the server did not say what it keeps: {error}") from error


def caches_in(text: str) -> dict[str, Cache]:
    """The caches in an answer of the server, by name.

    Raises:
        CachesError: there are none, or a limit is missing.
    """
    told = {
        (name, unit, bool(limit)): int(value) for limit, unit, name, value in LINE.findall(text)
    }
    found = {
        name: Cache(held, told.get((name, unit, True), -1), unit)
        for (name, unit, limit), held in told.items()
        if not limit
    }
    unlimited = [name for name, cache in found.items() if cache.most < 0]
    if unlimited or not found:
        raise CachesError(f"no cache, or none with a limit: {', '.join(unlimited) or text}")
    return found


def in_words(caches: Mapping[str, Cache]) -> str:
    """Those that hold anything, each beside its limit."""
    held = {name: cache for name, cache in caches.items() if cache.held}
    return ", ".join(f"{short(name)} {cache}" for name, cache in held.items()) or "nothing"


def short(name: str) -> str:
    """Such as `keep.fitted`."""
    return ".".join(part.strip("_") for part in name.split(".")[-2:])
