-- message_changed: journals what has become of messages that the ledger has; their texts stay in the ledger.
-- Arguments: changes as a JSON list, at most 64: each {type, contact, case, customer, …}, whose type is one of EVENTS
--            and whose other members the entry has as they are.
-- Returns:   'ok'.
local MOST = 64
local EVENTS = {
  ['message.delivery'] = true, ['message.edited'] = true, ['message.redacted'] = true, ['message.read'] = true,
}
local WHERE = { 'state', 'queue', 'channel', 'outcome' }

functions.transition('message_changed', function(w, json)
  local changes = cjson.decode(json)
  assert(#changes <= MOST, 'at most ' .. MOST .. ' changes a call')
  for _, entry in ipairs(changes) do
    assert(EVENTS[entry.type], 'no such change of a message')
    local contact = contacts.load(w, entry.contact)
    for _, field in ipairs(contact and WHERE or {}) do
      entry[field] = contact[field]
    end
    entry.agent = contact and contact.agent
    journal.append_for_all(w, entry, contact and participants.of(contact) or {})
  end
  return functions.reply('ok')
end)
