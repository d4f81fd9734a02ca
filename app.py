"""The app: `streamlit run app.py`, or `lmm app` from anywhere."""

from lmm_app.shell.pages import open_page

open_page()
