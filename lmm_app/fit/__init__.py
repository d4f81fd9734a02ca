"""What a fit says, computed and in words; pure, no interface."""
