"""Many traits at once: those that share K and X share the weights of every h.

`fit_traits` is `fit_lmm` for each column of Y, at the speed of a matrix product; `bootstrap` draws
samples and fits them so.
"""

from lmm_core.many.blocks import fit_traits
from lmm_core.many.fits import TraitFits
from lmm_core.many.resampling import BootstrapSample, bootstrap

__all__ = ["BootstrapSample", "TraitFits", "bootstrap", "fit_traits"]
