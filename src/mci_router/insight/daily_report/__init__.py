"""The daily report: yesterday's figures, written as a mail, sent once to each who is to have it."""
