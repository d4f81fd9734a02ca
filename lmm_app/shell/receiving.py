"""Files on their way to the server: into its memory, and not onto its disk."""

from contextlib import suppress

from lmm_app.session.state import MAX_UPLOAD_MB


def receive_in_memory() -> None:
    """Have uploaded files of every size that is taken received in memory.

    Streamlit keeps uploaded files in memory. But what receives them for it writes those larger
    than a megabyte into a temporary file first.
    """
    # It is not Streamlit's promise that this is what receives them.
    with suppress(ImportError):
        from starlette.formparsers import MultiPartParser

        MultiPartParser.spool_max_size = (MAX_UPLOAD_MB + 1) << 20
