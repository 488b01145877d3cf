"""Contacts of the example telecom's customers, two a topic, written apart from its examples: no model is ever trained
on them.
"""

UNSEEN: dict[str, tuple[str, ...]] = {
    "cannot_sign_in": (
        "Your portal keeps refusing my password even though I copied it from my notebook. Could you let me in again?",
        "reset link for the login has run out before I could click it",
    ),
    "outage": (
        "has the internet collapsed in Rosenheim? nobody on our road is online",
        "since 4 pm there's neither tv nor internet in the whole house",
    ),
    "balance_usage": (
        "please tell me how many gigabytes remain until my next renewal",
        "What is the current credit on my prepaid number?",
    ),
    "payment_failed": (
        "I've entered my visa three times and each time the payment of the invoice is refused",
        "why did the direct debit for this month bounce",
    ),
    "slow_internet": (
        "films stutter and downloads crawl every night, why is my line so slow",
        "only getting 12 of the promised 200 mbit",
    ),
    "bill_too_high": (
        "Could you explain why this invoice is 30 euros above the last one?",
        "there's some strange 9.99 item on my bill",
    ),
    "refund": (
        "I am still waiting for the money for the returned router",
        "when do you pay back the sum that I overpaid",
    ),
    "number_porting": (
        "I'm joining from another network and want to keep my number",
        "the porting of our landline number has been rejected, what next",
    ),
    "lost_sim": (
        "my mobile was pickpocketed in Naples, block the sim card now",
        "the sim in my phone isn't read any more, I need another one",
    ),
    "moving_house": (
        "we relocate to Potsdam in October, can the line come with us",
        "My new flat needs internet from the day I move in",
    ),
    "cancellation": ("I hereby terminate my contract as of 31 December", "how can I get out of my contract early"),
    "complaint": (
        "The way your staff spoke to me was appalling and I want to file a complaint",
        "never seen such incompetent service in my life",
    ),
    "wants_a_person": ("stop the bot, I'd like to speak with a member of staff", "is there a human I can chat to"),
    "technician_visit": (
        "nobody rang although the engineer was due between ten and twelve",
        "I have to put off Friday's technician appointment",
    ),
    "device_repair": (
        "The display of my phone is shattered, what does the repair cost",
        "handset won't charge, is it covered by the warranty",
    ),
    "card_fraud": (
        "My credit card shows three payments to Larkwave that I never authorised",
        "somebody got hold of my card number and ordered phones from you with it",
    ),
    "account_takeover": (
        "someone hacked my customer account and changed the e-mail address",
        "a stranger ordered a sim in my name and now has my number",
    ),
    "abuse": (
        "An unknown man rings me at night and threatens me",
        "my ex keeps sending me horrible messages from new numbers",
    ),
    "privacy_request": (
        "under the GDPR I ask for a copy of everything you store about me",
        "erase my personal data from your systems",
    ),
    "vulnerable_customer": (
        "My husband died last week and the contract ran in his name",
        "I've lost my job and can't afford the bill, I'm desperate",
    ),
    "plan_change": ("I'd like to go from the small to the large tariff", "do you have a cheaper package for students"),
    "activation": (
        "I put the new card in but it hasn't been activated",
        "video identification for my prepaid sim fails every time",
    ),
    "roaming": (
        "What will it cost to use data in Tunisia?",
        "my phone finds no network here in Croatia although roaming is on",
    ),
    "esim": ("where do I get the QR code to put the esim on my new phone", "can I have an eSIM for my watch"),
    "modem": ("The router's lamp has been red since I plugged it in", "how do I change the name of my wifi on the box"),
    "email_settings": (
        "Which imap server do I enter in Outlook?",
        "my larkwave mailbox doesn't receive any mail on the iphone",
    ),
    "mobile_signal": (
        "in my cellar flat the reception is terrible and calls drop",
        "is there any 5G coverage in Bamberg yet",
    ),
    "delivery": (
        "The tracking says delivered but I haven't got the parcel",
        "when does the phone I ordered last week arrive",
    ),
    "store": ("which of your shops is open on Saturday afternoon", "Is there a Larkwave store in Bremen?"),
    "feature_question": (
        "will the app ever get a dark theme",
        "I have an idea for the app: a widget that shows my data",
    ),
    "how_to_voicemail": ("how can I switch off the mailbox", "I'd like to record a new greeting for my voicemail"),
    "how_to_call_forwarding": (
        "how do I divert calls from my mobile to the office",
        "cancel call forwarding, which code",
    ),
    "how_to_parental_controls": (
        "I want to block unsuitable websites on my daughter's tablet",
        "where do I set the child lock",
    ),
    "how_to_wifi_calling": (
        "how do I enable calls over wifi on a Galaxy",
        "Wi-Fi calling option is greyed out on my iPhone",
    ),
    "how_to_hotspot": ("how can my laptop use the data of my phone", "tethering has stopped working on my iphone"),
    "data_cap": (
        "our household went over the cap again, what will the extra gigabytes cost",
        "get rid of your ridiculous data caps on home internet",
    ),
    "throttling": (
        "why do you throttle me halfway through the month",
        "full speed is gone since I used my 30 GB, when do I get it back",
    ),
    "price_rise": (
        "third price increase in two years, who is supposed to afford that",
        "My promotional price has run out, may I have it again?",
    ),
    "contract_terms": ("on which date does my contract run out", "please mail me a copy of the contract and its terms"),
    "billing_complaint": (
        "you bill people for fees that nobody has agreed to, that's dishonest",
        "I keep being charged a rental fee for a modem that I bought myself",
    ),
    "open_account": (
        "I'm not with you yet, how do I become a customer",
        "we'd like to sign up for broadband at our address",
    ),
    "tv": (
        "several channels on my tv box show nothing but an error",
        "the remote of the television box has stopped working",
    ),
}
