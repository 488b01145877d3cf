-- enqueue_all: puts several contacts in line, in this order, each as `enqueue` does and as if it had come alone.
-- Arguments: contacts as a JSON list: of each what `enqueue` takes, and, where it applies, command (the id of its own
--            command, by which it is done once). At most 64, so that nobody else waits for more than 20 ms.
-- Returns:   'ok' with replies: of each, in order, what `enqueue` would have replied; 'failed' with error, a text, if
--            it broke off: the others are put in line all the same.
local MOST = 64

functions.transition('enqueue_all', function(w, json)
  local wanted, replies = cjson.decode(json), {}
  assert(#wanted <= MOST, 'at most ' .. MOST .. ' contacts a call')
  for i, want in ipairs(wanted) do
    replies[i] = functions.one_of_many(w, want.command, function()
      return enqueueing.enqueue(w, want)
    end)
  end
  return functions.replies(replies)
end)
