"""The explorer as native code: rules, table and search compiled for the system at hand."""
