"""The assembly: makes all parts of the service and joins them. Nothing else makes one."""

from functools import partial

from mci_router.access.customer_keys import CustomerKeyRing
from mci_router.access.customer_sessions import CustomerSessions
from mci_router.access.customer_tokens import CustomerTokens
from mci_router.access.keys import KeyRing
from mci_router.access.rates import service_rates
from mci_router.access.sessions import Sessions
from mci_router.access.survey_links import SurveyLinks
from mci_router.access.tokens import Tokens
from mci_router.api.customer.lobbies import Lobbies
from mci_router.api.desk.typing import DeskTyping
from mci_router.api.parts import Parts
from mci_router.api.sockets import admission
from mci_router.api.stream_bounds import Streams
from mci_router.attachments.work import Attachments
from mci_router.classifier.encoder import Encoder
from mci_router.coaching.work import Coaching
from mci_router.community.built_in import BuiltInBoard
from mci_router.community.choice import Boards
from mci_router.community.news import BoardEvents
from mci_router.configuration.snapshots import Snapshots, engine_times
from mci_router.conversations.announcing import Announcer
from mci_router.conversations.channel_ways import Ways
from mci_router.conversations.lookup import Lookup
from mci_router.conversations.outbox import Outbox
from mci_router.conversations.posting import Posting
from mci_router.conversations.read_marks import ReadMarks
from mci_router.conversations.receipts import Receipts
from mci_router.conversations.rewriting import Rewriting
from mci_router.conversations.telling import REWRITINGS, Telling
from mci_router.database import Database
from mci_router.incidents.open_incidents import OpenIncidents
from mci_router.incidents.work import IncidentWork
from mci_router.insight.handling import Handling
from mci_router.intake.customer_events import CustomerEvents
from mci_router.intake.fingerprints import Fingerprints
from mci_router.intake.readers import Readers
from mci_router.intake.reception import Reception
from mci_router.knowledge.answered import AnsweredSearch
from mci_router.learning.completion import Corrections
from mci_router.learning.lanes import Lane
from mci_router.learning.models import LiveModels
from mci_router.learning.worker import Limits, Worker
from mci_router.lifecycle.afterwards.replay import Replay
from mci_router.lifecycle.afterwards.retention import Retentions
from mci_router.lifecycle.afterwards.returns import Returns
from mci_router.lifecycle.afterwards.survey_follow_ups import SurveyFollowUps
from mci_router.lifecycle.afterwards.surveying import Surveying
from mci_router.lifecycle.agents import AgentActs
from mci_router.lifecycle.answers.answered import AnsweredPosts
from mci_router.lifecycle.answers.beforehand import Beforehand
from mci_router.lifecycle.answers.meaning import Meaning
from mci_router.lifecycle.answers.written_answers import WrittenAnswers
from mci_router.lifecycle.backfill import SegmentBackfill
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.dry_run import DryRun
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.guides import Guides
from mci_router.lifecycle.ladder import Ladder
from mci_router.lifecycle.lines.overflow_checks import OverflowChecks
from mci_router.lifecycle.lines.places import Places
from mci_router.lifecycle.lines.replanning import Replanning
from mci_router.lifecycle.passing_on.callbacks import Callbacks
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.lifecycle.passing_on.consulting import Consulting
from mci_router.lifecycle.passing_on.escalations import Escalations
from mci_router.lifecycle.passing_on.hand_overs import HandOvers
from mci_router.lifecycle.passing_on.transfers import Transfers
from mci_router.lifecycle.passing_on.turned_sensitive import TurnedSensitive
from mci_router.lifecycle.publicity.board_replies import BoardReplies
from mci_router.lifecycle.publicity.consent import Consents
from mci_router.lifecycle.publicity.going_back import GoingBack
from mci_router.lifecycle.publicity.modalities import Modalities
from mci_router.lifecycle.publicity.replies import Replies
from mci_router.lifecycle.publicity.summary_consents import SummaryConsents
from mci_router.lifecycle.publicity.taking_private import TakingPrivate
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.lifecycle.recovery import Recovery
from mci_router.lifecycle.runs.approvals import Approvals
from mci_router.lifecycle.runs.workflows import Workflows
from mci_router.lifecycle.seen.customer_view import CustomerViews
from mci_router.lifecycle.seen.screen_pop_look import ScreenPopLook
from mci_router.lifecycle.talking.acknowledging import Acknowledging
from mci_router.lifecycle.talking.committing import MessageCommits
from mci_router.lifecycle.talking.conversation_end import ConversationEnds
from mci_router.lifecycle.talking.conversing import Conversations
from mci_router.lifecycle.talking.customer_messages import CustomerMessages
from mci_router.lifecycle.talking.incident_news import IncidentNews
from mci_router.lifecycle.talking.listening import Listening
from mci_router.lifecycle.talking.message_changes import MessageChanges
from mci_router.lifecycle.talking.parking import Parking
from mci_router.lifecycle.timers import Timers
from mci_router.lifecycle.verifying import Verifications
from mci_router.loops import Bells
from mci_router.precedence import Precedence, beside
from mci_router.privacy.erasing import Erasures
from mci_router.privacy.steps import Steps
from mci_router.routing.engine import Engine
from mci_router.routing.engine.journal import Feed, settled_by
from mci_router.routing.engine.processes import Roster
from mci_router.routing.engine.projector import Projection
from mci_router.routing.engine.shards import each_found
from mci_router.running import Running
from mci_router.settings import Settings
from mci_router.supervision.alarms import Alarms
from mci_router.supervision.digests import Digests
from mci_router.supervision.queues import QueueWatch
from mci_router.supervision.readings import Readings
from mci_router.surveys.answers import Answers
from mci_router.upkeep import Upkeep, process_loops, workspace_loops
from mci_router.volume.histories import SETTLING_INTERVALS, Histories
from mci_router.volume.keeping import Volumes
from mci_router.volume.meter import VolumeMeter
from mci_router.webhooks.dispatcher import Dispatcher
from mci_router.webhooks.pausing import PauseEvents
from mci_router.workforce.adherence.days import kept_on_days
from mci_router.workforce.intraday.moves import outlook
from mci_router.workforce.intraday.trying import TryOuts
from mci_router.workforce.schedules.work import MOST_SECONDS
from mci_router.workforce.work import Workforce

TRIALS = Limits(cpu_s=120, niceness=15)  # a day that is tried out is minutes late at worst; no request waits for it


def assembled(settings: Settings, encoder: Encoder | None) -> Running:
    """Returns all parts, joined. Nothing is connected yet. Raises RuntimeError where the settings lack a server."""
    if not settings.database_url or not settings.redis_url or not settings.token_secret:
        raise RuntimeError("DATABASE_URL, REDIS_URL and MCI_TOKEN_SECRET must be set")
    database = Database(
        settings.database_url,
        pool_size=settings.database_pool,
        timeout_s=settings.database_timeout_s,
        command_pool_size=settings.command_pool,
    )
    engine = Engine(settings.redis_url, timeout_s=settings.redis_timeout_s, lease_s=settings.lease_s)
    snapshots = Snapshots(database, engine, engine_times(settings))
    sessions, customer_sessions = Sessions(database, snapshots), CustomerSessions(database)
    models = LiveModels(settings, database, snapshots, encoder)
    meter, handling = VolumeMeter(engine.client), Handling(database)
    dispatch = Dispatch(engine)
    answered_search = AnsweredSearch(database, settings.community_search_s)
    answered = AnsweredPosts(answered_search)
    ending = Endings(database, engine, snapshots, dispatch)
    called_again = CalledAgain(database, ending)
    delivery = Delivery(database, engine, dispatch, answered, called_again, batch_limit=settings.batch_limit)
    ladder = Ladder(database, engine, snapshots, dispatch, answered)
    engine.build = Rebuilding(database, engine, snapshots).missing
    survey_answers, survey_links = Answers(database), SurveyLinks(settings)
    precedence = Precedence(others=beside())
    feed = Feed(engine, precedence.give_way)
    lobbies = Lobbies(
        engine,
        CustomerViews(database, engine),
        CustomerMessages(database, survey_answers, survey_links),
        snapshots,
        feed,
    )
    escalations, typing = Escalations(database, engine), DeskTyping(engine)
    telling = Telling(database, engine.message_changed)
    read_marks = ReadMarks(database, engine.message_changed)
    rewritings = Telling(database, engine.message_changed, REWRITINGS)
    posting = Posting(settings, database, telling)
    outbox = Outbox(database, telling, posting)
    rewriting = Rewriting(database, outbox, rewritings, telling)
    attachments = Attachments(settings, database, snapshots, rewritings.tell)
    dispatcher = Dispatcher(settings, database, settled_by(engine))
    open_incidents, meaning = OpenIncidents(database, snapshots), Meaning(database, snapshots, encoder)
    fingerprints, readers = Fingerprints(settings.fingerprint_secret()), Readers(models)
    reception = Reception(snapshots, meter, readers, open_incidents, fingerprints, meaning.articles)
    transfers, announcer = Transfers(database, engine, snapshots), Announcer(database, engine)
    parking = Parking(database, engine, snapshots)
    coaching = Coaching(database, snapshots, fingerprints.of, kept_on_days)
    turned = TurnedSensitive(engine, dispatch, transfers)
    listening = Listening(database, engine, open_incidents, reception, turned)
    ways, lookup = Ways(database), Lookup(database)
    commits = MessageCommits(database, engine, announcer, lookup, posting.hurry, precedence)
    conversations = Conversations(
        database, engine, snapshots, fingerprints, ways, delivery, listening, parking, commits, precedence
    )
    parking.say, announcer.back = conversations.say_at_end, parking.customer_wrote
    workflows = Workflows(settings, database, engine, snapshots, ladder, ending, listening, conversations)
    reception.failing = workflows.circuits.open_of
    approvals = Approvals(database, snapshots, workflows.runs, reception, delivery, ending)
    workflows.approved_by(approvals)
    going_back = GoingBack(database, engine, snapshots, reception, ways, conversations, rewriting)
    summaries = SummaryConsents(database, snapshots, going_back, conversations)
    conversations.answer_summary = summaries.heard
    modalities = Modalities(
        snapshots,
        TakingPrivate(database, engine, snapshots, dispatch, transfers),
        going_back,
        summaries,
        conversations.tell_of_direct_answer,
    )
    listening.take_private = modalities.by_rule
    timers = Timers(database, engine, ladder, ending, OverflowChecks(database, engine, snapshots), parking)
    watch = QueueWatch(engine)
    alarms = Alarms(engine, snapshots, watch, settings)
    replanning = Replanning(database, engine, snapshots, again_after_s=2 * settings.refresh_interval_s + 1)
    histories = Histories(database, meter, settle_s=SETTLING_INTERVALS * settings.volume_interval_s)
    volumes = Volumes(engine, snapshots, meter, handling, histories)
    solving = Limits(settings.triage_training_memory_mb, 2 * MOST_SECONDS, niceness=2)
    trials = Lane("days tried out", TRIALS)
    try_out = TryOuts(lambda workspace, rest: trials.run(workspace, outlook, rest))
    workforce = Workforce(settings, database, engine, snapshots, lambda: Worker(solving), try_out)
    roster, bells = Roster(engine), Bells()
    erasures = Erasures(database, engine, fingerprints, Steps(database, engine, snapshots, fingerprints))
    gather_s, give_way = settings.projector_gather_s, precedence.give_way
    projection = Projection(database, engine, gather_s=gather_s, seen=bells.ring, give_way=give_way)
    upkeep = Upkeep(
        database,
        snapshots,
        roster,
        bells,
        process_loops(
            settings,
            roster=roster,
            database=database,
            snapshots=snapshots,
            sessions=sessions,
            customer_sessions=customer_sessions,
            models=models,
            volumes=volumes,
            incidents=IncidentWork(database, engine, snapshots, open_incidents, IncidentNews(conversations).write),
            customers=CustomerEvents(database, engine),
            escalations=escalations,
            recovery=Recovery(database, engine, snapshots, dispatch, called_again, age_s=settings.recovery_age_s),
            segments=SegmentBackfill(database),
            returns=Returns(database, engine, snapshots),
            dispatcher=dispatcher,
            pauses=PauseEvents(database, engine.journal_webhook, partial(each_found, database)),
            announcer=announcer,
            posting=posting,
            telling=telling,
            rewritings=rewritings,
            board=BoardEvents(
                database, engine, BoardReplies(database, snapshots, conversations, settings.public_url).tell
            ),
            acknowledging=Acknowledging(database, engine, conversations, fingerprints),
            attachments=attachments,
            runs=workflows.runs,
            approvals=approvals,
            surveying=Surveying(database, snapshots, conversations, fingerprints, survey_links),
            survey_follow_ups=SurveyFollowUps(database, engine, snapshots, reception, delivery, ending),
            meaning=meaning,
            modalities=modalities,
            lapsing=coaching.lapsing,
            workforce=workforce,
            digests=Digests(database, engine),
            erasures=erasures,
        ),
        workspace_loops(
            settings, snapshots, projection=projection, timers=timers, replanning=replanning, alarms=alarms
        ),
    )
    parts = Parts(
        settings=settings,
        database=database,
        engine=engine,
        snapshots=snapshots,
        meter=meter,
        handling=handling,
        models=models,
        corrections=Corrections(database, snapshots, models),
        reception=reception,
        delivery=delivery,
        agents=AgentActs(database, engine),
        answers=WrittenAnswers(database, snapshots, fingerprints, open_incidents, meaning.nearest),
        escalations=escalations,
        guides=Guides(database),
        ladder=ladder,
        ending=ending,
        consents=Consents(database, engine, snapshots, reception, dispatch),
        conversations=conversations,
        modalities=modalities,
        outbox=outbox,
        changes=MessageChanges(database, ways, snapshots, rewriting, listening),
        lookup=lookup,
        pops=ScreenPopLook(database),
        typing=typing,
        receipts=Receipts(database, telling, read_marks),
        boards=Boards({"built_in": BuiltInBoard(database)}),
        replies=Replies(database, engine, snapshots, reception, turned),
        retentions=Retentions(database, snapshots),
        beforehand=Beforehand(answered_search),
        dry_run=DryRun(database, engine, answered),
        replay=Replay(database, readers, meter),
        transfers=transfers,
        hand_overs=HandOvers(database, engine, snapshots),
        parking=parking,
        consulting=Consulting(database, engine, snapshots),
        conversation_ends=ConversationEnds(database, engine, snapshots, dispatch, ending),
        places=Places(database, engine, snapshots),
        replanning=replanning,
        callbacks=Callbacks(database, engine, snapshots, dispatch),
        survey_answers=survey_answers,
        survey_links=survey_links,
        verification=Verifications(database, engine, snapshots, dispatch),
        incidents=open_incidents,
        fingerprints=fingerprints,
        feed=feed,
        watch=watch,
        readings=Readings(),
        keys=KeyRing(database),
        rates=service_rates(settings, engine, snapshots),
        sessions=sessions,
        streams=Streams(settings.outbound_streams_most),
        uploads=attachments.uploads,
        workflows=workflows,
        approvals=approvals,
        workforce=workforce,
        erasures=erasures,
        coaching=coaching,
        admission=admission.desks(settings),
        customer_keys=CustomerKeyRing(database),
        customer_sessions=customer_sessions,
        customer_admission=admission.customers(settings),
        customer_tokens=CustomerTokens(settings.token_secret.get_secret_value()),
        lobbies=lobbies,
        read_marks=read_marks,
        tokens=Tokens(settings.token_secret.get_secret_value(), ttl_s=settings.agent_token_ttl_s),
    )
    return Running(
        parts,
        upkeep,
        roster,
        (
            projection.close,
            replanning.close,
            announcer.close,
            typing.close,
            dispatcher.close,
            posting.close,
            workflows.runs.close,
            attachments.scanning.close,
            trials.close,
            models.close,
            workforce.close,
            meaning.close,
            reception.close,
            lobbies.close,
            feed.close,
            engine.close,
            database.close,
        ),
    )
