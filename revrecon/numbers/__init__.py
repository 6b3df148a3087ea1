"""Judges between departments: reported figures, lenses, and the bridges from one to the other."""
