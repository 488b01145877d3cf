"""What happens to an open contact: its ladder, transfers, callbacks, overflow, its end, and recovery from a crash."""
