"""Mastodon: mentions come in, and public replies and direct messages go out.

What the router says is private never goes out in public: it decides, and this adapter looks once more.
"""
