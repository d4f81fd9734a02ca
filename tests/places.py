"""Where the tests find what they read."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "sample_data"
REFERENCE = ROOT / "tests" / "reference"
FORMATS = REFERENCE / "formats"
WRITTEN = REFERENCE / "written"
