"""What a person would want to see and print of a dataset before it is fitted: words, pictures."""
