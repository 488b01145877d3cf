"""What people see of contacts, cases and conversations."""
