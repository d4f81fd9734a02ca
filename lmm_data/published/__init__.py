"""Published answers: data with numbers that somebody else printed, and how ours are found."""
