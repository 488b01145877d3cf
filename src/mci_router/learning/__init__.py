"""Learning: the models of triage are trained, judged, put live, corrected and rolled back."""
