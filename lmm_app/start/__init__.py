"""What `lmm app` starts where the package is installed: the script, its settings beside it.

Streamlit puts the folder of a script in front of all packages, so nothing else lies here.
"""
