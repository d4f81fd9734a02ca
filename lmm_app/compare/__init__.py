"""Two fits side by side: what one change does, and which of the numbers may be compared."""
