-- move_limits: moves the moments until which contacts are with the community, as when its queue opens at another time.
-- Arguments: contacts as a JSON list: of each id, rung, limit_at (ms).
-- Returns:   'ok', changed = how many were journalled. One that is not on that rung any more is left alone.
functions.transition('move_limits', function(w, json)
  local changed = 0
  for _, want in ipairs(cjson.decode(json)) do
    local contact = contacts.load(w, want.id)
    local there = contact and contact.rung == want.rung and contact.outcome == 'community'
    if there and not contacts.FINAL[contact.state] then
      timers.set(w, 'rung', want.id, want.limit_at)
      journal.append_contact(w, contact, 'contact.replanned', {
        changed = { 'limit_at' }, step = 0, limit_at = want.limit_at,
      })
      changed = changed + 1
    end
  end
  return functions.reply('ok', { changed = changed })
end)
