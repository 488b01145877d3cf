"""The agent desk: its socket, what it is told, what it may say."""
