-- answer_invitation: the agent who is asked to join a conversation does, or does not.
-- Arguments: agent, invitation, contact id, 'accepted' or 'declined', reason.
-- Returns:   the contact as it is now with status 'ok' (again if the agent takes part); 'gone' if nobody asks it.
functions.transition('answer_invitation', function(w, name, invitation, id, word, why)
  local contact = contacts.load(w, id)
  if not contact or contacts.FINAL[contact.state] then
    return functions.reply('gone')
  end
  if contact.invited ~= name or contact.invitation ~= invitation then
    local joined = word == 'accepted' and participants.is_one(contact, name)
    return joined and contacts.reply(contact) or functions.reply('gone')
  end
  if word == 'accepted' then
    participants.join(w, contact)
  else
    participants.uninvite(w, contact, 'participant.declined', why)
  end
  return contacts.reply(contact)
end)
