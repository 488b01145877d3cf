"""Keys of the volume meter in Redis, and the commands that set counts in them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from mci_router.volume.expectations import BUCKET_S, DAY

WINDOW_BUCKETS = 12  # an hour
EXPIRE_S = BUCKET_S * (WINDOW_BUCKETS + 2)
DAY_S = DAY * BUCKET_S
HISTORY_EXPIRE_S = 9 * DAY_S  # eight days back from now touch nine days


def set_days(pipeline: Any, workspace: str, topic: str, counts: Mapping[int, int]) -> None:
    """Queues the commands that set a topic's contacts by bucket in its days."""
    days: dict[int, list[str | int]] = defaultdict(list)
    for bucket, count in counts.items():
        days[bucket // DAY] += ["SET", "u32", f"#{bucket % DAY}", count]
    for day, commands in days.items():
        pipeline.execute_command("BITFIELD", day_key(workspace, day, topic), *commands)
        pipeline.expire(day_key(workspace, day, topic), HISTORY_EXPIRE_S)


def set_hour(pipeline: Any, workspace: str, topic: str, counts: Mapping[int, int]) -> None:
    """Queues the commands that set a topic's contacts in buckets of the last hour."""
    for bucket, count in counts.items():
        pipeline.hset(hour_key(workspace, bucket), topic, count)
        pipeline.expire(hour_key(workspace, bucket), EXPIRE_S)


def positions_key(workspace: str) -> str:
    """Returns the key of the topics' positions: a hash by topic, written by `move_topic` alone."""
    return f"mci:{{{workspace}}}:volume:places"


def whole_key(workspace: str) -> str:
    """Returns the key that says that a workspace's counts are all there."""
    return f"mci:{{{workspace}}}:volume:whole"


def hour_key(workspace: str, bucket: int) -> str:
    """Returns the key of the contacts of a bucket: a hash by topic."""
    return f"mci:{{{workspace}}}:volume:{bucket}"


def day_key(workspace: str, day: int, topic: str) -> str:
    """Returns the key of a topic's day: a number of 32 bits for each bucket."""
    return f"mci:{{{workspace}}}:volume:day:{day}:{topic}"
