"""The models behind triage: what a text is about, and whether it is sensitive. Pure."""
