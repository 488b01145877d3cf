-- hold: automation or the community serves a contact, until somebody says how it went or the rung's limit passes.
-- Arguments: contact as JSON: id, channel, outcome, rung, state ('automating' or 'posted'), limit_at (ms), only_from (state); both
--            optional.
-- Returns:   the contact's standing with status 'ok'; 'known' if it is on this rung or a later one already, closed, or
--            in another state than only_from.
transition('hold', function(w, json)
  local want = cjson.decode(json)
  local contact, left, asked = take_rung(w, want)
  if not contact then
    return told(load_contact(w, want.id), 'known')
  end
  if want.limit_at then
    set_timer(w, 'rung', want.id, want.limit_at)
  end
  move(w, contact, 'contact.' .. want.state, want.state, {
    agent = false, offer = false, assignment = false, expires_at = false, queue = false, line = false, steps = false, step = false,
  }, left)
  local freed = left.agent and load_agent(w, left.agent)
  for _, free in ipairs({ freed or asked, freed and asked }) do
    match_agent(w, free)
  end
  return told(contact)
end)
