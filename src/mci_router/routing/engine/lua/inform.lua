-- inform: tells customers whom an incident has answered how it goes: each once of each update, in order. The channel's
-- adapter learns it from the journal.
-- Arguments: incident, contacts as a JSON list: of each id, update (its number), kind ('status', 'fixed' or
--            'reopened'), and where they apply status_text, channel_ref, limit_at (ms): when the contact ends unless
--            the customer objects.
-- Returns:   'ok', fates = for each contact in order 'ok' (also if it was told before), 'closed', 'wrong_state' if the
--            incident does not serve it any longer, or 'unknown'.
local function inform(w, incident, want)
  local contact = contacts.load(w, want.id)
  if not contact then
    return 'unknown'
  end
  if contacts.FINAL[contact.state] then
    return 'closed'
  end
  if contact.outcome ~= 'incident' then
    return 'wrong_state'
  end
  if tonumber(contact.informed or 0) >= want.update then
    return 'ok'
  end
  records.change(contact, 'informed', want.update)
  if want.limit_at then
    timers.set(w, 'rung', want.id, want.limit_at)
  elseif want.kind == 'reopened' then
    timers.clear(w, 'rung', want.id)
  end
  journal.append_contact(w, contact, 'contact.informed', {
    incident = incident, update = want.update, kind = want.kind, status_text = want.status_text,
    channel_ref = want.channel_ref,
  })
  return 'ok'
end

functions.transition('inform', function(w, incident, json)
  local fates = {}
  for i, want in ipairs(cjson.decode(json)) do
    fates[i] = inform(w, incident, want)
  end
  return functions.reply('ok', { fates = fates })
end)
