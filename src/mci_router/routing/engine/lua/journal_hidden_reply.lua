-- journal_hidden_reply: journals that a reply to a contact's post was hidden, for moderators.
-- Arguments: contact, post, reply.
-- Returns:   'ok'. The entry names the contact as long as it is open.
functions.transition('journal_hidden_reply', function(w, id, post, reply)
  local contact = contacts.load(w, id)
  if contact and not contacts.FINAL[contact.state] then
    journal.append_contact(w, contact, 'reply.hidden', { post = post, reply = reply })
  else
    journal.append(w, { type = 'reply.hidden', post = post, reply = reply })
  end
  return functions.reply('ok')
end, 'tell_hidden')
