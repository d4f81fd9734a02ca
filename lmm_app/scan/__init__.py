"""A genome scan: what is scanned, the scans, their peaks, pictures and words; pure."""
