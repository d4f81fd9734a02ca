"""The app, as `lmm app` starts it where the package is installed."""

from lmm_app.shell.pages import open_page

open_page()
