"""Pictures that move in the browser while h is dragged; every number in them is Python's."""
