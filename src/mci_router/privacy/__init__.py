"""Privacy: a customer is exported, and erased, from every table and every live record that knows the person."""
