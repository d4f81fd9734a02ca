"""The page for lecturers: links, seeds and answers."""
