"""Whether a person has to see a contact, and why: a model of its own beside that of topics, judged clause by clause.

`model` judges, with weights that `fitting` made of `examples` and that `weights` keeps; `calibrating` says what its figures are worth, and
`gate` whether a workspace's own examples may change it. Only fitting takes scikit-learn; judging takes look-ups and a few sums.
"""
