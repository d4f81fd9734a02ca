"""A folder of files: the first page, the tour, the lessons and Words, without a server."""
