"""Closer looks that have more to them than a table: their words and pictures."""
