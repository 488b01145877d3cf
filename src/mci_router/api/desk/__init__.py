"""The agent desk: its socket, the frames that it gets, and the commands that it may send."""
