-- Hold: the agent keeps the conversation, and the customer hears music. Counted as `held`, apart from talk.

function holding.start(w, contact)
  clocks.begin(w, contact, 'held')
  journal.append_contact(w, contact, 'contact.hold_started')
end

-- Ends a hold, if there is one.
function holding.stop(w, contact)
  if clocks.finish(w, contact, 'held') then
    journal.append_contact(w, contact, 'contact.hold_ended')
  end
end
