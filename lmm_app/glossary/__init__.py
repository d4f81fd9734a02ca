"""The words of the method in one place, and how a text explains its own on pointing; pure."""
