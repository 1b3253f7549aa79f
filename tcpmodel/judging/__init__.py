"""Stories with a system and claims: loaded from files, judged by an engine, compared with their pins."""
