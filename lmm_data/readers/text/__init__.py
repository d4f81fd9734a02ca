"""Delimited text: its dialect, its labels, its tables."""
