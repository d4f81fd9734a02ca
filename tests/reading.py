"""Bytes as files, and files as they come, read."""

from io import BytesIO

from lmm_data.readers.opening import read_sorted
from lmm_data.readers.sorting import sort_files


def called(name, content):
    """An open file of this name."""
    file = BytesIO(content)
    file.name = name
    return file


def read_files(files, **options):
    """Each of the files by the reader for what it holds."""
    return read_sorted(sort_files(files), **options)
