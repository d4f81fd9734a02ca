"""Figures of Plotly as a page shows them, and as a reader takes them away."""
