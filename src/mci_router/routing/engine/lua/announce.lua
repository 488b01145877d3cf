-- announce: journals messages that the ledger has, for desks, customers and webhooks; their texts stay in the ledger.
-- Arguments: messages as a JSON list, in their order: of each contact, case, customer, message, message_seq,
--            message_at (ms), kind, author, visibility and, for a note to one agent alone, to_agent. At most 64.
-- Returns:   'ok' with replies: of each, in order, the contact as it is now with status 'ok', or 'unknown' if it is
--            not live any more.
local MOST = 64

functions.transition('announce', function(w, json)
  local wanted, replies = cjson.decode(json), {}
  assert(#wanted <= MOST, 'at most ' .. MOST .. ' messages a call')
  for i, message in ipairs(wanted) do
    replies[i] = functions.one_of_many(w, nil, function()
      return talking.announce(w, message)
    end)
  end
  return functions.replies(replies)
end)
