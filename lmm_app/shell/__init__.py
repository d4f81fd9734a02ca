"""The frame around every page: navigation and sidebar."""
