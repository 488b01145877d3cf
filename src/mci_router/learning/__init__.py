"""The models of triage: trained, judged, corrected and rolled back."""
