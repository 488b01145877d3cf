-- overflow_checked: notes that a waiting contact's overflow rules were checked and none moved it.
-- Arguments: contact id, ms until the next check, or 0 for none.
-- Returns:   'ok'.
functions.transition('overflow_checked', function(w, id, again)
  local contact = contacts.load(w, id)
  local waits = contact and (contact.state == 'queued' or contact.state == 'offered' or contact.to_line)
  if waits and tonumber(again) > 0 then
    timers.set(w, 'overflow', id, w.now + again)
  else
    timers.clear(w, 'overflow', id)
  end
  return functions.reply('ok')
end)
