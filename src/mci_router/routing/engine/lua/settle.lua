-- settle: ends a contact on arrival, because nothing has to serve it: a machine sent it, for example.
-- Arguments: contact as JSON: id, channel, outcome, rung, why; and, if it changes whether its sender's address may be
--            used, address_event ('opted_out' or 'opted_in') and customer.
-- Returns:   the contact as it is now with status 'ok'; 'known' if it is known already.
functions.transition('settle', function(w, json)
  local want = cjson.decode(json)
  local contact = rungs.take(w, want)
  if not contact then
    return contacts.reply(contacts.load(w, want.id), 'known')
  end
  if want.address_event then
    journal.append_opt_out(w, want.address_event, want.customer, { channel = want.channel })
  end
  endings.finish(w, contact, 'contact.resolved', 'resolved', {}, { why = want.why })
  return contacts.reply(contact)
end)
