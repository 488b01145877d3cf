"""Web pages as files, with the routes that serve them: desk, wallboard, reports, documentation, and the chat."""
