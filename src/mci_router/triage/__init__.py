"""What a contact is: its topic, whether it is sensitive, its cell. Pure."""
