"""All settings, read from the environment. Each default carries its unit and its reason."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LIVE_SCHEMES = ("redis", "rediss", "unix", "redis+cluster", "rediss+cluster")
NO_PORT = "has a port that is no number from 0 to 65535"
ESCAPES = "; in a password, / is %2F, # is %23, ? is %3F and @ is %40"
STORES = ("file", "s3", "gs", "az")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")


def _of_the_ledger(url: str) -> str:
    """Returns the ledger's address; an empty one is none. Raises ValueError, whose words do not repeat it: it has a
    password.
    """
    if not url:
        return url
    form = "postgresql+asyncpg://user:password@host:5432/name"
    scheme, separator, _ = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        raise ValueError(f"begins with {scheme}://: write postgresql+asyncpg://, which names the driver")
    if scheme != "postgresql+asyncpg" or not separator:
        raise ValueError(f"is no address of a ledger: write it as {form}")
    try:
        parts = urlsplit(url)
        named = parts.port is None or bool(parts.hostname)
    except ValueError:
        raise ValueError(f"{NO_PORT}: write it as {form}{ESCAPES}") from None
    if not named or not parts.path.strip("/"):
        raise ValueError(f"names no host or no database: write it as {form}")
    return url


def _of_the_live_state(url: str) -> str:
    """Returns the live state's address; an empty one is none. Raises ValueError, whose words do not repeat it."""
    form = "redis://host:6379/0 or redis+cluster://host:6379,host:6379"
    if url and (url.partition("://")[0] not in LIVE_SCHEMES or "://" not in url):
        raise ValueError(f"is no address of Redis or Valkey: write it as {form}")
    try:
        for host in urlsplit(url).netloc.rpartition("@")[2].split(","):  # of a cluster there may be several
            urlsplit(f"//{host}").port  # noqa: B018 - which it checks when it is asked for
    except ValueError:
        raise ValueError(f"{NO_PORT}: write it as {form}{ESCAPES}") from None
    return url


def _of_attachments(url: str) -> str:
    """Returns the address of a store; an empty one is none. Raises ValueError, whose words do not repeat it."""
    if not url:
        return url
    form = "file:///var/lib/mci/attachments, s3://bucket/prefix, gs://bucket/prefix or az://container/prefix"
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise ValueError("has credentials: give them by the environment, as its store reads them")
    if parts.scheme not in STORES or "://" not in url:
        raise ValueError(f"is no address of a store of files: write it as {form}")
    if (parts.scheme == "file") == bool(parts.netloc):
        raise ValueError(f"names no bucket, or a folder after two slashes instead of three: write it as {form}")
    return url


def _log_level(name: str) -> str:
    if name.lower() not in LOG_LEVELS:
        raise ValueError(f"is none of {', '.join(LOG_LEVELS)}")
    return name


class Settings(BaseSettings):
    """Environment variables are upper case with the prefix `MCI_`, but for the customary `DATABASE_URL` and
    `REDIS_URL`.
    """

    # What `mci-router dev` writes while it runs, so that the other commands reach its servers; the environment goes
    # before it.
    model_config = SettingsConfigDict(
        env_prefix="MCI_", env_file=".data/environment", populate_by_name=True, extra="ignore"
    )

    database_url: Annotated[str, AfterValidator(_of_the_ledger)] | None = Field(None, validation_alias="DATABASE_URL")
    redis_url: Annotated[str, AfterValidator(_of_the_live_state)] | None = Field(None, validation_alias="REDIS_URL")
    token_secret: SecretStr | None = None
    """Signs agent tokens; the same for every process. At least 32 characters."""

    identity_secret: SecretStr | None = None
    """Keys the hashes of values that identify a person.

    Unless set, `token_secret` does: set it to that before you change that.
    """

    host: str = "127.0.0.1"  # loopback: exposing the service is a decision, not a default
    port: int = Field(8000, ge=0, le=65_535)
    log_level: Annotated[str, AfterValidator(_log_level)] = "info"
    data_dir: Path = Path(".data")  # for `mci-router dev`, and for attachments that are kept nowhere else

    database_pool: int = 10  # connections a process; group commit needs few
    command_pool: int = (
        5  # more, for commands that hold a row while they call Redis: one that stalls must not starve intake
    )
    database_timeout_s: float = 5  # a commit that takes longer is an outage, and the adapter must hear of it
    community_search_s: float = Field(0.02, ge=0, le=1)  # for answered posts: a customer waits; 0: none are searched
    redis_timeout_s: float = 2  # a transition takes microseconds; longer means the server is gone
    max_body_bytes: int = 262_144  # 256 KiB: the longest text allowed, escaped, with room for context
    head_timeout_s: float = 10  # a request's line and headers fit one packet: only who means harm sends them slowly
    body_timeout_s: float = 30  # 256 KiB at 9 KB/s: slower than any network that a service has
    keep_alive_s: int = 5  # a connection that nobody uses costs a descriptor
    connections_most: int = 10_000  # a process; fewer where it may not open so many files
    connections_of_an_address: int = 1_000  # the desks of an office behind one address, twice
    proxies: tuple[str, ...] = ("127.0.0.0/8", "::1/128")  # speak for many clients: not bounded by address
    workspace_units_per_s: float = 10_000  # a unit is a small request: more than ten processes serve on ten cores
    workspace_burst: int = 50_000  # five seconds of that
    key_units_per_s: float = 10_000  # as a workspace's: one adapter may be all its traffic
    key_burst: int = 50_000
    wrong_references_per_hour: int = (
        300  # a key: a voice menu mishears some; of a million cases one is guessed in months
    )
    batch_limit: int = 64  # contacts a commit at most: a larger one saves little more, and everybody else waits for it

    attachments_url: Annotated[str, AfterValidator(_of_attachments)] | None = None
    """Where attachments are kept: a local folder (`file:///…`), or `s3://bucket/prefix`, `gs://…`, `az://…`, whose
    credentials the environment has as those clients read them. Unless set, the folder `attachments` of `data_dir`.
    """
    attachment_most_bytes: int = Field(26_214_400, ge=1)  # 25 MB: what mail servers take, and a photo never has
    attachments_of_workspace_bytes: int = 10_737_418_240  # 10 GiB: a year of photos; one workspace fills no disk
    attachments_unused_most: int = 50  # of one sender: more only a client that runs wild has; orphans go in a day
    attachment_uploads_at_once: int = 32  # of a process; the others wait for their turn, workspace by workspace
    attachment_orphans_keep_s: float = 86_400  # a day: longer than anybody writes at one message
    attachment_timeout_s: float = 120  # for the bytes of one: 25 MB at 1.7 Mbit/s
    staffing_redis_url: str | None = None
    """A Redis or Valkey on which days are played to find who is needed, or several, with commas between them. Nothing
    else may use them. Unless set, private ones of the extra `embedded` run while there is something to find.
    """
    staffing_processes: int = Field(2, ge=1, le=16)  # private servers at once: a day is played on one core
    public_url: str = ""
    """How others reach this service, such as `https://router.example.com`: links that leave it begin so."""

    smtp_url: SecretStr | None = None
    """The mail server by which daily reports leave: `smtp://user:password@host:587` (STARTTLS), `smtps://…`, or
    `smtp+clear://…` where nobody listens in. It needs the extra `mci-router[adapters]`.
    """
    mail_from: str = ""  # the address that they come from

    idempotency_keep_s: int = 259_200  # three days: longer than any adapter retries

    audit_keep_s: int = 34_560_000  # 400 days: a year, and the month in which somebody looks back on it; 0 for ever
    events_keep_s: int = 0  # for ever; else months that ended so long ago are dropped, whole
    segments_keep_s: int = 0  # for ever, as events; the facts that reports add up stay

    agent_token_ttl_s: int = 43_200  # 12 h: one shift
    heartbeat_s: float = 5  # how often a desk proves that it is there
    lease_s: float = 15  # three heartbeats missed: the agent is gone
    grace_s: float = 60  # a lost agent's contacts wait for it this long, then for others
    reoffer_delay_s: float = 30  # an agent who let a contact go is not offered it again sooner
    short_abandon_s: float = 5  # a customer who leaves sooner did not wait: left out of the service level

    sockets_most: int = 5_000  # desks of a process: about 60 KB each, and their heartbeats a fifth of its time
    sockets_per_agent: int = 8  # a new desk closes the one before it; more than these only a client that runs wild has

    customer_session_ttl_s: int = Field(3_600, ge=60, le=86_400)  # a visit; the shop's server makes another one
    customer_sockets_most: int = 5_000  # customers of a process: less than a desk each
    customer_sockets_of_workspace: int = 4_000  # one shop's sale must not lock out the customers of the others
    customer_sockets_per_customer: int = 8  # tabs and devices; more only a client that runs wild has

    portal_workspace: str = ""  # whose help pages are at /help; unless set, those of the only workspace with any
    portal_pages_per_min: int = Field(120, ge=1)  # of an address: an office reads together; a crawler waits
    portal_posts_per_h: int = Field(20, ge=1)  # contacts and messages of an address: more than a person writes
    portal_lookups_per_h: int = Field(20, ge=1)  # tries to see a case, of an address and of a reference: no guessing

    survey_measured_from: int = Field(200, ge=1)  # answers a month: with fewer, a figure moves by itself
    survey_pages_per_min: int = Field(60, ge=1)  # of an address: an office answers; nobody tries out tokens

    drain_s: float = (
        1  # after SIGTERM `/readyz` says 503 for this long before the doors close, so that balancers look elsewhere
    )
    timer_interval_s: float = 0.1  # how often due timers are fired; bounds how late an offer expires
    projector_gather_s: float = Field(0.1, ge=0, le=1)
    """For how long the projector gathers journal entries into one transaction.

    What a reader of the ledger and a webhook wait at most; one commit each 10 ms would cost more than the intake.
    """
    recovery_interval_s: float = 2  # how often accepted contacts that nobody queued are looked for
    recovery_age_s: float = 3  # older than any request in flight
    refresh_interval_s: float = Field(1, gt=0, le=4)
    """How soon another process's configuration change is seen.

    A desk whose token no longer holds is closed within five seconds.
    """
    encoder_path: Path | None = None
    """An ONNX sentence encoder for triage and written answers, with the extra `mci-router[encoder]`.

    It is used only if it has this hash.
    """
    encoder_sha256: str = ""
    encoder_tokenizer: Path | None = None
    """Its `tokenizer.json`; unless given, the one beside the encoder's file."""
    encoder_tokenizer_sha256: str = ""
    vectors_interval_s: float = Field(10, gt=0, le=3_600)
    """How often answers without a vector of the encoder are looked for: by its words each is found at once."""

    alarm_interval_s: float = 5  # how often queues are looked at for alarms; a supervisor needs no sooner warning
    alarm_enter_s: float = 60  # an alarm begins once its reason has lasted this long: a moment's peak is none
    alarm_leave_s: float = 120  # one of the service level ends this long after its reason has gone, so it does not flap

    volume_interval_s: float = 2  # a class changes over minutes; a wallboard wants its counts sooner
    triage_retrain_interval_s: float = 60  # corrections come singly; one training learns from all of a minute

    triage_topics_times_examples: int = 2_500_000  # what a workspace may teach: topics × examples of all of them
    triage_training_memory_mb: int = 1_536  # address space; the most that is allowed above takes 700 of it
    triage_training_cpu_s: int = 900  # a training; the most that is allowed above takes 4 minutes

    webhook_private_targets: bool = (
        False  # private addresses and plain http: only where those who configure webhooks may reach your network
    )
    webhook_timeout_s: float = 15  # an endpoint should take a message and work on it later
    webhook_retry_delays_s: tuple[float, ...] = (
        5,
        300,
        1800,
        7200,
        18_000,
        36_000,
        50_400,
        72_000,
        86_400,
    )  # three days, then dead
    webhook_pause_longest_s: float = 900  # an endpoint that is back after an outage is noticed within a quarter-hour
    webhook_interval_s: float = 0.5  # how often due deliveries are looked for: what a first attempt waits at most
    webhook_rotation_s: int = (
        86_400  # a day to give the new secret to those who verify, while the previous one still signs too
    )
    webhook_delivered_keep_s: int = 86_400  # a day: long enough to see what was sent, short enough for a small table
    webhook_dead_keep_s: int = 1_209_600  # two weeks to notice and to have dead letters delivered again
    webhooks_most: int = 20  # a workspace; each costs a row an event

    outbound_retry_delays_s: tuple[float, ...] = Field((1, 2, 5, 10, 20, 30), min_length=1)
    """Between the attempts to post a message to an adapter; the last again and again, until the adapter's `give_up_s`.

    A customer in a chat waits for it.
    """
    outbound_pause_longest_s: float = 30  # an adapter that is back is noticed while the conversation still lasts
    outbound_interval_s: float = 0.5  # how often due messages are looked for that another process has written
    outbound_keep_s: int = 1_209_600  # two weeks, in which what has failed can be sent again
    workflow_answer_s: float = 0.3  # how long an answer to a contact waits for a workflow that is `sync`
    outbound_streams_most: int = 500  # adapters' streams of a process: each looks at the ledger once a second

    @field_validator("*")
    @classmethod
    def _no_negative(cls, value: object) -> object:
        """Returns a setting. Raises ValueError for a number below 0, and for what is none: none means anything."""
        numbers = value if isinstance(value, tuple) else (value,)
        if any(isinstance(number, (int, float)) and not number >= 0 for number in numbers):
            raise ValueError("is negative, or no number: write 0 or more")
        return value

    def fingerprint_secret(self) -> str:
        """Returns the secret from which the key of `Fingerprints` is derived. Raises ValueError if none is set."""
        secret = self.identity_secret or self.token_secret
        if secret is None:
            raise ValueError("MCI_IDENTITY_SECRET or MCI_TOKEN_SECRET must be set")
        return secret.get_secret_value()
