"""Writes the files beside it: python make.py (pandas 3.1.1, pyarrow 26.0.1)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import feather, parquet

HERE = Path(__file__).parent
frame = pd.DataFrame(
    {
        "weight": [20.5, 21.25, None, 0.1],
        "count": pd.array([1, None, 3, 4], dtype="Int64"),
        "sex": pd.Categorical(["f", "m", None, "m"], categories=["m", "f"]),
        "live": pd.array([True, False, None, True], dtype="boolean"),
        "born": [date(2024, 2, 28), date(2024, 2, 29), None, date(2024, 3, 1)],
        "seen": pd.to_datetime(["2024-03-01 12:30", None, "2024-03-02 00:00", "2024-03-03 01:02"]),
        "price": [Decimal("1.50"), Decimal("2.25"), None, Decimal("-3.00")],
        "name": ["a\tb", 'q"q', None, "Zoë"],
    },
    index=pd.Index(["m1", "m2", "m3", "#4"], name="id"),
)
frame.to_parquet(HERE / "index.parquet")
frame.rename_axis(None).to_parquet(HERE / "unnamed.parquet", compression="zstd")
frame.reset_index().to_parquet(HERE / "column.parquet", compression="gzip", row_group_size=2)
frame.reset_index().to_feather(HERE / "column.feather")
frame.reset_index().to_feather(HERE / "plain.feather", compression="uncompressed")
short = pa.table({"id": ["a", "b", "c"], "w": pa.array([0.1, 2, None], pa.float32())})
parquet.write_table(short, HERE / "single.parquet")
lists = pa.table({"id": ["a", "b"], "w": [1.5, 2.5], "visits": [[1, 2], [3]]})
parquet.write_table(lists, HERE / "lists.parquet")
feather.write_feather(pa.table({"visits": [[1, 2], [3]]}), HERE / "lists.feather")
K = pd.DataFrame(np.eye(3) + 0.25, index=["m1", "m2", "m3"], columns=["m1", "m2", "m3"])
K.to_parquet(HERE / "K.parquet")
