-- inform: customers whom an incident has answered are told how it goes, each of them once of each update, in order. Whoever serves the
-- channel hears of it from the journal.
-- Arguments: incident, contacts as a JSON list: of each id, update (its number), kind ('status' or 'fixed'), and where they apply
--            status_text, channel_ref, limit_at (ms): when the contact ends unless the customer objects.
-- Returns:   'ok', fates = for each contact in order 'ok' (also if it was told before), 'closed', 'wrong_state' if the incident serves it
--            no more, or 'unknown'.
local function inform(w, incident, want)
  local contact = load_contact(w, want.id)
  if not contact then
    return 'unknown'
  end
  if FINAL[contact.state] then
    return 'closed'
  end
  if contact.outcome ~= 'incident' then
    return 'wrong_state'
  end
  if tonumber(contact.informed or 0) >= want.update then
    return 'ok'
  end
  change(contact, 'informed', want.update)
  if want.limit_at then
    set_timer(w, 'rung', want.id, want.limit_at)
  end
  tell(w, contact, 'contact.informed', {
    incident = incident, update = want.update, kind = want.kind, status_text = want.status_text, channel_ref = want.channel_ref,
  })
  return 'ok'
end

transition('inform', function(w, incident, json)
  local fates = {}
  for place, want in ipairs(cjson.decode(json)) do
    fates[place] = inform(w, incident, want)
  end
  return say('ok', { fates = fates })
end)
