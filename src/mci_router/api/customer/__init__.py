"""What customers themselves use: their sessions, and the socket on which they talk to those who serve them."""
