"""What can be taken away: every number on the page, and what makes it again; no interface."""
