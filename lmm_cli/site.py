"""`lmm site`: the tour and the lessons as a folder of files, which need no server."""

import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from lmm_cli.command import Answer, Command
from lmm_cli.console import Console
from lmm_cli.serving.server import needs_the_page


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder", type=Path, metavar="FOLDER", help="where the files go; made if there is none"
    )


def _run(options: Namespace, console: Console) -> Answer:
    needs_the_page()
    # A process of its own: the page is no part of this program.
    command = [sys.executable, "-m", "lmm_app.site", str(options.folder)]
    return Answer("", subprocess.run(command, check=False).returncode)


COMMAND = Command(
    name="site",
    summary="write the tour and the lessons as files, for a web host or a disk",
    description=(
        "Write the first page, the tour, the lessons and Words as static pages. They move, ask and "
        "answer in any browser, from a web host, in a frame of a course page, or from a disk, "
        "without a server and without a network. They hide no truth: the answers are in the files."
    ),
    examples=("lmm site lesson", "lmm site /var/www/html/lmm"),
    add_options=_add_options,
    run=_run,
)
