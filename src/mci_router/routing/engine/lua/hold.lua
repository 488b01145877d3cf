-- hold: automation or the community serves a contact, until somebody says how it went or the rung's limit passes.
-- Arguments: contact as JSON: id, channel, outcome, rung, state ('automating' or 'posted'); and, where they apply, limit_at (ms), asking
--            (the customer is asked whether it may be posted), only_from (state).
-- Returns:   the contact's standing with status 'ok'; 'known' if it is on this rung or a later one already, closed, or
--            in another state than only_from. One thing happens on a rung: whoever was asked has agreed, and the contact is posted.

-- The contact, if on this very rung its customer was asked, and has agreed now.
local function take_consent(w, want)
  local contact = load_contact(w, want.id)
  if contact and contact.asking and not want.asking and not FINAL[contact.state] and contact.rung == want.rung then
    change(contact, 'asking', false)
    clear_timers(w, contact)
    return contact, {}
  end
end

transition('hold', function(w, json)
  local want = cjson.decode(json)
  local contact, left, asked = take_consent(w, want)
  if not contact then
    contact, left, asked = take_rung(w, want)
  end
  if not contact then
    return told(load_contact(w, want.id), 'known')
  end
  if want.limit_at then
    set_timer(w, 'rung', want.id, want.limit_at)
  end
  left.limit_at = want.asking and want.limit_at or nil
  move(w, contact, want.asking and 'contact.asked' or 'contact.' .. want.state, want.state, {
    agent = false, offer = false, assignment = false, expires_at = false, queue = false, line = false, steps = false, step = false,
  }, left)
  local freed = left.agent and load_agent(w, left.agent)
  for _, free in ipairs({ freed or asked, freed and asked }) do
    match_agent(w, free)
  end
  return told(contact)
end)
