"""How the page is served: by one process, or by several behind nginx.

server → health → settings → nginx → watch → supervisor: the command that starts one server, what
one says of itself, what nginx is told, one server kept alive, and all of them together.
"""
