"""Attachments: files beside messages, how they are taken in, kept, checked, shown and removed."""
