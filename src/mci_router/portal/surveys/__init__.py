"""The pages of surveys: one question, and the words around it, at an address that nobody can guess."""
