"""The command line: `lmm`, or `python -m lmm_cli`."""

import sys

from lmm_cli.entry import main

if __name__ == "__main__":
    sys.exit(main())
