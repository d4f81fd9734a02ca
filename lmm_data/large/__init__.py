"""Large kinships: what their decomposition takes, how far it is, its end, and where it is kept.

`solving.Solver` is for `lmm_core.progress.solved_by`.
"""

import os
from contextlib import suppress

from lmm_core.errors import LMMError

# From so many individuals on; of fewer, all that is here would take as long as it spares.
LARGE = 2_000
LARGE_VARIABLE = "LMM_LARGE"


class UndoneError(LMMError):
    """A large decomposition was not made: it does not fit into memory, or was ended."""


def least_large() -> int:
    """From how many individuals on a kinship is large, unless the variable says otherwise."""
    with suppress(KeyError, ValueError):
        return int(os.environ[LARGE_VARIABLE])
    return LARGE
