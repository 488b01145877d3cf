"""Tests in a real browser: Chromium, without a window, on the pages of a real service. `make test-browser` runs them."""
