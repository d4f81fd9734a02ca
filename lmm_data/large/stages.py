"""LAPACK's decomposition of a symmetric matrix, in the steps that it is made of.

`dsyevd`, which `numpy.linalg.eigh` calls, reduces the matrix to a tridiagonal one, panel by panel
(dsytrd), decomposes that by divide and conquer (dstedc), and turns the vectors back (dormtr). It
is one call, and tells nothing before its end. Here its panels, and its vectors by blocks of
reflectors, are calls of their own, with the same arguments in the same order: the answer is the
same bit for bit, and what is told of its progress is what is done.

This file loads nothing else of the package: a process that does nothing else starts sooner.
"""

import ctypes
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cython_blas, cython_lapack

# The panel of dsytrd, and where it goes over to the unblocked dsytd2: ILAENV's for it.
PANEL = 32
# Reflectors that are turned back at a time: a multiple of dormqr's own block.
REFLECTORS = 256
# The shares of the time: the reduction, the tridiagonal matrix, and turning back.
REDUCED, DIVIDED = 0.50, 0.72


def in_stages(
    matrix: NDArray[np.float64], tell: Callable[[float], None]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The eigenvalues, ascending, (n,), and the vectors in columns, (n, n).

    Args:
        matrix: shape (n, n), column by column in memory; its lower triangle is read, and it is
            overwritten.
        tell: called with the share that is done.

    Raises:
        numpy.linalg.LinAlgError: the tridiagonal matrix did not come to its end.

    References:
        Anderson et al. 1999, LAPACK Users' Guide, sections 2.4.4 and 3.4.
    """
    n = len(matrix)
    d, e, tau = np.empty(n), np.empty(max(n - 1, 1)), np.empty(max(n - 1, 1))
    _reduce(matrix, d, e, tau, lambda share: tell(REDUCED * share))
    vectors = np.empty((n, n), order="F")
    work, whole = np.empty(1 + 4 * n + n * n), np.empty(3 + 5 * n, dtype=np.intc)
    info = ctypes.c_int()
    _call("dstedc", b"I", n, d, e, vectors, n, work, work.size, whole, whole.size, info)
    if info.value:
        raise np.linalg.LinAlgError("Eigenvalues did not converge")
    tell(DIVIDED)
    # dormtr is dormqr on all rows but the first; its reflectors in blocks, from the last on.
    last = max(n - 2, 0) // REFLECTORS * REFLECTORS
    for start in range(last, -1, -REFLECTORS):
        count = min(REFLECTORS, n - 1 - start)
        _call(
            *("dormqr", b"L", b"N", n - 1 - start, n, count, matrix[start + 1 :, start:], n),
            *(tau[start:], vectors[start + 1 :], n, work, work.size, info),
        )
        tell(1.0 - (1.0 - DIVIDED) * (start / n) ** 2)
    return d, vectors


def _reduce(
    A: NDArray[np.float64],
    d: NDArray[np.float64],
    e: NDArray[np.float64],
    tau: NDArray[np.float64],
    tell: Callable[[float], None],
) -> None:
    """dsytrd of the lower triangle: A = QTQ', T of diagonal d and off-diagonal e."""
    n, start = len(A), 0
    work = np.empty((n, PANEL), order="F")
    for start in range(0, n - PANEL, PANEL):
        after = start + PANEL
        _call(
            "dlatrd", b"L", n - start, PANEL, A[start:, start:], n, e[start:], tau[start:], work, n
        )
        _call(
            *("dsyr2k", b"L", b"N", n - after, PANEL, -1.0, A[after:, start:], n, work[PANEL:], n),
            *(1.0, A[after:, after:], n),
        )
        places = np.arange(start, after)
        A[places + 1, places] = e[start:after]
        d[start:after] = A[places, places]
        tell(1.0 - (1.0 - after / n) ** 3)
    rest = (max(n - PANEL, 0) + PANEL - 1) // PANEL * PANEL
    _call(
        "dsytd2", b"L", n - rest, A[rest:, rest:], n, d[rest:], e[rest:], tau[rest:], ctypes.c_int()
    )
    tell(1.0)


def _call(name: str, *arguments: Any) -> None:
    """A routine of LAPACK or BLAS, which takes everything by reference; others may run beside."""
    given: list[Any] = []
    for one in arguments:
        if isinstance(one, np.ndarray):
            given.append(ctypes.c_void_p(one.ctypes.data))
        elif isinstance(one, bytes):
            given.append(ctypes.c_char_p(one))
        elif isinstance(one, float):
            given.append(ctypes.byref(ctypes.c_double(one)))
        else:
            number = one if isinstance(one, ctypes.c_int) else ctypes.c_int(one)
            given.append(ctypes.byref(number))
    _routine(name)(*given)


def _routine(name: str) -> Any:
    home: Any = cython_blas if name == "dsyr2k" else cython_lapack
    capsule = home.__pyx_capi__[name]
    api: Any = ctypes.pythonapi
    api.PyCapsule_GetName.restype = ctypes.c_char_p
    api.PyCapsule_GetName.argtypes = [ctypes.py_object]
    api.PyCapsule_GetPointer.restype = ctypes.c_void_p
    api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    address = api.PyCapsule_GetPointer(capsule, api.PyCapsule_GetName(capsule))
    return ctypes.CFUNCTYPE(None)(address)
