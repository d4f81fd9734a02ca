"""The command line: python -m lmm_core."""

import sys

from lmm_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
