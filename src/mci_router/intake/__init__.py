"""A contact comes in: masked, understood, decided about, accepted."""
