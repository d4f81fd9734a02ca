"""The page Published answers, and the shelf as data of the app."""
