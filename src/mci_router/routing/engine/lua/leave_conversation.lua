-- leave_conversation: a participant leaves; the agent who serves the contact may send one away.
-- Arguments: participant, contact id, reason.
-- Returns:   the contact as it is now with status 'ok'; 'gone' if the agent takes no part.
functions.transition('leave_conversation', function(w, name, id, why)
  local contact = contacts.load(w, id)
  if not contact or not participants.is_one(contact, name) then
    return functions.reply('gone')
  end
  participants.leave(w, contact, name, why)
  return contacts.reply(contact)
end)
