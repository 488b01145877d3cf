"""What agents' and customers' sockets share: handshakes, admission, conversations, pace."""
