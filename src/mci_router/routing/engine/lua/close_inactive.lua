-- close_inactive: completes a parked contact whose customer has said nothing for as long as its queue waits.
-- Arguments: contact id, disposition, the message for the customer, or ''.
-- Returns:   the contact as it is now with status 'ok'; 'known' if its time is not over, or it is not parked any more;
--            'unknown'.
functions.transition('close_inactive', function(w, id, disposition, message)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if not parking.is_parked(contact) or (contact.inactive_at or math.huge) > w.now then
    timers.clear(w, 'inactivity', id)
    if contact.inactive_at then
      timers.set(w, 'inactivity', id, contact.inactive_at)
    end
    return contacts.reply(contact, 'known')
  end
  segments.stop(w, contact)
  records.change(contact, 'disposition', disposition)
  completion.complete(w, contact, {
    why = 'customer_inactive', disposition = disposition, message = message ~= '' and message or nil,
  })
  return contacts.reply(contact)
end)
