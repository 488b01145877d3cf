"""The instructions for a call: what its caller hears, and whose telephone rings. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from mci_router.adapters.twilio.answering import in_xml
from mci_router.adapters.twilio.settings import TwilioSettings
from mci_router.adapters.twilio.speech import WORDS, Words

SPEECH_S = 15  # about what a caller's place takes to say
SHUT_S = 5
LONGEST_SPEECH = 3_000  # characters: Twilio takes 4,096


@dataclass(frozen=True, slots=True)
class Script:
    """The instructions for one call, in its caller's language."""

    settings: TwilioSettings
    contact: str
    language: str

    @property
    def words(self) -> Words:
        """The caller's language."""
        return WORDS.get(self.language, WORDS[self.settings.language])

    def url(self, name: str, **more: str) -> str:
        """Returns the URL of a webhook for this call, which Twilio signs: what is in it is ours."""
        query = {"contact": self.contact.removeprefix("con_"), **more}
        return f"{self.settings.public_url}/voice/{name}?{urlencode(query)}"

    def in_line(self, said: Sequence[str], *, callback: bool, shut: bool) -> str:
        """Returns the wait: what is said, the offer of a callback, music, and the same again.

        `shut`: nobody is there, so only the callback is waited for.
        """
        answer = VoiceResponse()
        pause_s = SHUT_S if shut else max(self.settings.say_every_s - SPEECH_S, 1)
        if callback:
            gather = Gather(num_digits=1, action=self.url("callback"), method="POST", timeout=pause_s)
            self._say(gather, [*said, self.words.press])
            self._music(gather)
            answer.append(gather)
        else:
            self._say(answer, said)
            self._music(answer)
            answer.pause(length=pause_s)
        answer.redirect(self.url("next"), method="POST")
        return str(answer)

    def to_agent(self, endpoint: str, offer: str) -> str:
        """Returns the connection to an agent's telephone, SIP address or browser."""
        answer = VoiceResponse()
        recording = {}
        if self.settings.record:
            self._say(answer, [self.words.recorded])
            recording = {
                "record": "record-from-answer-dual",
                "recording_status_callback": self.url("recording"),
                "recording_status_callback_event": "in-progress completed",
            }
        action = self.url("dialled", offer=offer)
        dial = Dial(action=action, method="POST", timeout=self.settings.ring_s, answer_on_bridge=True, **recording)
        kind, colon, name = in_xml(endpoint).partition(":")
        if colon and kind == "client":
            dial.client(name)
        elif colon and kind in ("sip", "sips"):
            dial.sip(in_xml(endpoint))
        else:
            dial.number(in_xml(endpoint))
        answer.append(dial)
        return str(answer)

    def over(self, said: Sequence[str]) -> str:
        """Returns the end of a call: what is said last."""
        answer = VoiceResponse()
        self._say(answer, said)
        answer.hangup()
        return str(answer)

    def _say(self, where: VoiceResponse | Gather, said: Sequence[str]) -> None:
        for text in said:
            if shown := in_xml(text)[:LONGEST_SPEECH]:
                where.say(shown, language=self.words.voice)

    def _music(self, where: VoiceResponse | Gather) -> None:
        if self.settings.music_url:
            where.play(self.settings.music_url)
