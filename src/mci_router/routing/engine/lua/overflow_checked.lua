-- overflow_checked: a waiting contact's overflow rules were looked at and none moved it.
-- Arguments: contact id, ms until they are to be looked at again, or 0 for never.
-- Returns:   'ok'.
transition('overflow_checked', function(w, id, again)
  local contact = load_contact(w, id)
  if contact and tonumber(again) > 0 and (contact.state == 'queued' or contact.state == 'offered') then
    set_timer(w, 'overflow', id, w.now + again)
  else
    clear_timer(w, 'overflow', id)
  end
  return say('ok')
end)
