"""Articles imported from elsewhere: folders of Markdown, and exports of a Confluence space."""
