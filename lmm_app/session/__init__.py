"""What a browser session holds and what the server keeps: state, links, caches, uploads."""
