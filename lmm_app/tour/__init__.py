"""The tour: one idea, one picture and one question a step."""
