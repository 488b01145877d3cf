"""Runs of workflows: started, talked about with the customer, approved, and what follows from their end."""
