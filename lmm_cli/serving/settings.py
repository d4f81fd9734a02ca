"""The settings that hold for a server, as the server itself understands them."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from lmm_cli.command import UsageError

# The ordinary command up to the start of the server, in place of which it says what holds.
_ASK = """
import json
from streamlit import config, file_util
from streamlit.web import bootstrap, cli
names = "address baseUrlPath maxUploadSize xsrfCookieSameSite sslCertFile headless".split()
def tell(*_):
    said = {name: config.get_option(f"server.{name}") for name in names}
    print(json.dumps({**said, "static": file_util.get_static_dir()}))
bootstrap.run = tell
# Nor is anybody asked for an address of mail.
cli.check_credentials = lambda: None
cli.main(prog_name="streamlit")
"""


@dataclass(frozen=True, slots=True)
class Settings:
    """What nginx must know of the servers behind it.

    Attributes:
        address: the only one of this machine's where the page is to be had; all of them if "".
        base: what stands before every path, such as "/course", or "".
        upload_mb: the largest file that can be uploaded.
        same_site: whether the page's cookies are kept in a frame of another site, as "lax".
        static: the folder of the files that are the same for all.
        headless: whether no browser is to be opened here.
    """

    address: str
    base: str
    upload_mb: int
    same_site: str
    static: str
    headless: bool


def settings_of(command: Sequence[str]) -> Settings:
    """What holds for servers that a command starts.

    Raises:
        UsageError: the server does not know a setting, or cannot have it behind nginx.
    """
    arguments = list(command[command.index("run") :])
    done = subprocess.run(
        [sys.executable, "-c", _ASK, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise UsageError(
            "each setting must be one that the server knows",
            f"it says: {last}",
            "“streamlit config show” lists them",
        )
    said = json.loads(done.stdout.splitlines()[-1])
    if said["sslCertFile"]:
        raise UsageError(
            "several processes speak HTTP among themselves",
            "server.sslCertFile is set",
            "leave it away, and let what stands in front do HTTPS: docs/hosting.md",
        )
    base = str(said["baseUrlPath"] or "").strip("/")
    return Settings(
        address=str(said["address"] or ""),
        base=f"/{base}" if base else "",
        upload_mb=int(said["maxUploadSize"]),
        same_site=str(said["xsrfCookieSameSite"] or "lax").lower(),
        static=str(said["static"]),
        headless=bool(said["headless"]),
    )
