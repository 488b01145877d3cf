"""The service beside what others build on, the same way as beside the yardstick: `make bench-peers`.

Each peer is installed for itself below `.bench`, which git ignores. None is part of continuous integration.
"""
