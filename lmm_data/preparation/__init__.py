"""From files to a dataset: what each is for, who is who, and what was decided about them."""
