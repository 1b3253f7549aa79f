"""Specs: stories with a system and claims, loaded from files, judged, and compared with their pins."""
