"""The service beside what a good engineer writes by hand in an afternoon: same machine, same servers, same run.

`python -m benchmarks.side_by_side` prints one table (`make bench`). A family of rows is a module with a function
`async def rows(stage: Stage) -> list[Row]` and a line in `families.py`.

How it is measured:

- Both services run all the time, on one PostgreSQL (fsync and synchronous_commit on) and one Valkey. Bursts alternate,
  and who is not asked stands still (SIGSTOP), so that its background costs the other nothing.
- The load comes from this process, by the same lean client for both. It shares the processor with them.
- CPU is read from /proc, and counted until the service is at rest: what it does later for a contact is its cost, too.
- A ratio is of neighbouring bursts; the table has the median of the rounds, and their range.
"""
