"""Workbooks of spreadsheets, Excel's and OpenDocument's: each sheet is a file like others."""
