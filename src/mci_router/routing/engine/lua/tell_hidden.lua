-- tell_hidden: a reply to a contact's post is hidden, and that is journalled, so that moderators hear of it.
-- Arguments: contact, post, reply.
-- Returns:   'ok'. The entry tells of the contact as long as the live state knows it.
transition('tell_hidden', function(w, id, post, reply)
  local contact = load_contact(w, id)
  if contact and not FINAL[contact.state] then
    tell(w, contact, 'reply.hidden', { post = post, reply = reply })
  else
    append(w, { type = 'reply.hidden', post = post, reply = reply })
  end
  return say('ok')
end)
