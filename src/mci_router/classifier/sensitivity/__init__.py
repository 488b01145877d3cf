"""Sensitivity: whether a person has to see a contact, and why. A model separate from that of topics, judging by clause.

`model` judges, with the weights that `fitting` makes from `examples` and `weights` keeps; `calibrating` measures what
its scores are worth, and `gate` decides whether a workspace's own examples may change it. Only fitting needs
scikit-learn; judging takes look-ups and a few sums.
"""
