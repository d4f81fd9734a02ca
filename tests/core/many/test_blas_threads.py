"""Threads of this process take one thread of BLAS each."""

import subprocess
import sys

LIMITED = """
import sys
from lmm_core.many.threads import one_blas_thread
assert "scipy.linalg.blas" not in sys.modules
with one_blas_thread():
    from scipy.linalg.blas import dtrmm
    from threadpoolctl import threadpool_info
    print(*[library["num_threads"] for library in threadpool_info()])
"""


def test_the_blas_of_scipy_is_limited_too_if_nobody_has_loaded_it_yet():
    """It is another than NumPy's: its threads waited for each other beside a busy core."""
    done = subprocess.run([sys.executable, "-c", LIMITED], capture_output=True, text=True)
    assert set(done.stdout.split()) == {"1"}, done.stderr
