-- journal_post: journals what has happened on the board. The ledger has it already.
-- Arguments: event, contact behind the post, the rest of the entry as a JSON object.
-- Returns:   'ok', or 'unknown' for another event. The entry names the contact as long as it is open.
local EVENTS = {
  ['reply.created'] = true, ['reply.accepted'] = true, ['reply.unaccepted'] = true, ['post.news'] = true,
  ['post.flagged'] = true, ['post.hidden'] = true, ['post.shown'] = true,
}

functions.transition('journal_post', function(w, event, id, json)
  if not EVENTS[event] then
    return functions.reply('unknown')
  end
  local contact, about = contacts.load(w, id), cjson.decode(json)
  if contact and not contacts.FINAL[contact.state] then
    journal.append_contact(w, contact, event, about)
  else
    about.type = event
    journal.append(w, about)
  end
  return functions.reply('ok')
end)
