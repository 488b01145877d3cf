"""The proof of survival: real processes are killed, stopped, starved and flooded under load, and then the books are read.

`python -m tests.survival` (`make prove-survival`) does all faults; `test_short.py` two of them, for `make test`.
"""
