"""The page Lessons: a card for each, its question first."""
