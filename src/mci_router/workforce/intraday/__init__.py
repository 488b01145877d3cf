"""Intraday: how the rest of a day is going to be, and which moves would help, tried out before they are proposed."""
