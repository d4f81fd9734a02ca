"""Many traits at once: those that share K and X share the weights of every h.

`fit_traits` is `fit_lmm` for each column of Y, at the speed of a matrix product.
"""

from lmm_core.many.blocks import fit_traits
from lmm_core.many.fits import TraitFits

__all__ = ["TraitFits", "fit_traits"]
