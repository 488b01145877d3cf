-- settle: a contact that nothing has to serve, as what a machine sent, ends as it comes.
-- Arguments: contact as JSON: id, channel, outcome, rung, why; and, if it changes something about the address it came by,
--            address_event ('opted_out' or 'opted_in') and customer.
-- Returns:   the contact's standing with status 'ok'; 'known' if it is known already.
transition('settle', function(w, json)
  local want = cjson.decode(json)
  local contact = take_rung(w, want)
  if not contact then
    return told(load_contact(w, want.id), 'known')
  end
  if want.address_event then
    tell_opt_out(w, want.address_event, want.customer, { channel = want.channel })
  end
  finish(w, contact, 'contact.resolved', 'resolved', {}, { why = want.why })
  return told(contact)
end)
