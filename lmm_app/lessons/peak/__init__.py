"""“Why the peak falls”: a marker that is tested, and stands in the kinship as well; pure."""
