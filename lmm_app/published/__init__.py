"""The page Published answers: numbers that others printed, beside ours."""
