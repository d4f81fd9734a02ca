"""All traits of a dataset at once: fitted, drawn and put in words; pure."""
