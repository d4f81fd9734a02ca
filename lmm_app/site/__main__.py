"""`python -m lmm_app.site FOLDER`: what `lmm site` starts."""

import sys
from pathlib import Path

from lmm_app.site.write import write
from lmm_core import LMMError

try:
    write(Path(sys.argv[1]), print)
except LMMError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(1)
