"""Staffing: who is needed for a day, by quarter-hours and skill groups, found by playing the day on our own engine.

`problem` is what is asked, `guess` a first answer by Erlang's formulas, `search` the way to the least staff over
whatever plays a day, `effects` what a change does. `jobs` keeps what was asked for and what was found, `worker` runs
one of them in a process of its own.
"""
