"""Written answers as they are searched, inserted and counted; and what was searched for in vain."""
