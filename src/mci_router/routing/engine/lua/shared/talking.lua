-- Talking: what the journal has of messages. Their texts stay in the ledger.

local SAID = {
  'contact', 'case', 'customer', 'message', 'message_seq', 'message_at', 'kind', 'author', 'to_agent', 'visibility',
}
local WHERE = { 'state', 'queue', 'channel', 'outcome' }

-- Journals a message: for the agent who serves its contact, and who takes part in its conversation; a note to one
-- agent alone for that one.
function talking.announce(w, message)
  local contact, entry = contacts.load(w, message.contact), { type = 'message.created' }
  for _, field in ipairs(SAID) do
    entry[field] = message[field]
  end
  for _, field in ipairs(contact and WHERE or {}) do
    entry[field] = contact[field]
  end
  entry.agent = message.to_agent or contact and contact.agent
  if contact and contact.agent ~= entry.agent then
    entry.holder = contact.agent
  end
  journal.append_for_all(w, entry, contact and not message.to_agent and participants.of(contact) or {})
  return contact and contacts.reply(contact) or functions.reply('unknown')
end
