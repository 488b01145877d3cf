-- hold: automation or the community serves a contact, until somebody says how it went or the rung's limit passes.
-- Arguments: contact as JSON: id, channel, outcome, rung, state ('automating' or 'posted'), limit_at (ms, optional).
-- Returns:   the contact's standing with status 'ok'; 'known' if it is on this rung or a later one already, or closed.
transition('hold', function(w, json)
  local want = cjson.decode(json)
  local contact = take_rung(w, want)
  if not contact then
    return told(load_contact(w, want.id), 'known')
  end
  if want.limit_at then
    set_timer(w, 'rung', want.id, want.limit_at)
  end
  move(w, contact, 'contact.' .. want.state, want.state)
  return told(contact)
end)
