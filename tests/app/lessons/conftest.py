"""What the lessons about the data at hand are tried on."""

import pytest

from tests.app.tour.scenes import FITS


@pytest.fixture(params=FITS)
def scene(request):
    """Each kind of fit in turn."""
    return FITS[request.param]()
