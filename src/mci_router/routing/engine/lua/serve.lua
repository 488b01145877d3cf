-- serve: has automation or the community serve a contact, until its outcome is reported or the rung's limit passes.
-- Arguments: contact as JSON: id, channel, outcome, rung, state ('automating' or 'posted'); and, where they apply,
--            limit_at (ms), asking (the customer is asked whether the contact may be posted), only_from (state),
--            left_as (how it leaves the queue it is in).
-- Returns:   the contact as it is now with status 'ok'; 'known' if it is on this rung or a later one already, is
--            closed, or is in another state than only_from. One step happens on a rung: the customer who was asked
--            agrees, and the contact is posted.

-- Returns the contact if its customer, who was asked on this very rung, has now agreed.
local function take_consent(w, want)
  local contact = contacts.load(w, want.id)
  local agrees = contact and contact.asking and not want.asking and contact.rung == want.rung
  if agrees and not contacts.FINAL[contact.state] then
    records.change(contact, 'asking', false)
    timers.clear_contact(w, contact)
    return contact, {}
  end
end

functions.transition('serve', function(w, json)
  local want = cjson.decode(json)
  local contact, left, asked = take_consent(w, want)
  if not contact then
    contact, left, asked = rungs.take(w, want)
  end
  if not contact then
    return contacts.reply(contacts.load(w, want.id), 'known')
  end
  if want.limit_at then
    timers.set(w, 'rung', want.id, want.limit_at)
  end
  left.limit_at = want.asking and want.limit_at or nil
  segments.forget(contact)
  contacts.move(w, contact, want.asking and 'contact.asked' or 'contact.' .. want.state, want.state, {
    agent = false, offer = false, assignment = false, expires_at = false, queue = false, line = false, steps = false,
    step = false,
  }, left)
  local freed = left.agent and agents.load(w, left.agent)
  for _, free in ipairs({ freed or asked, freed and asked }) do
    matching.match_agent(w, free)
  end
  return contacts.reply(contact)
end, 'hold')
