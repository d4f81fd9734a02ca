"""Fitting the linear mixed model of QTL mapping, step by step."""
