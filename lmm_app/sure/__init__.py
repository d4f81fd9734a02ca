"""How sure: the distribution of the estimate under every true h, drawn and put in words; pure."""
