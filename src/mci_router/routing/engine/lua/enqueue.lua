-- enqueue: puts a contact in line for an agent, wherever it was before, and offers it at once if an agent is free.
-- Arguments: contact as JSON: id, queue, channel, line, units, enqueued_at, due_at, age (ms), outcome, rung; and, where
--            they apply, steps [{after_ms, line}], preferred and preferred_until, overflow_at (ms), callback, warm (its
--            agent keeps it, and this place is kept beside its own), transfer (the id of that), instead_of (the id of
--            one that this replaces while nobody is asked), passed_on (it does not go back to the agent who has it),
--            only_from (state), urgent (it goes before all contacts that are not; journalled once), target_ms, segment
--            (its number at least), entered_at (ms), left_as (how it leaves the queue it is in).
-- Returns:   the contact as it is now with status 'ok'; 'known' if it is on this rung or a later one already, is
--            closed, or is in another state than only_from; 'unknown' if it is to be passed on warm.
functions.transition('enqueue', function(w, json)
  return enqueueing.enqueue(w, cjson.decode(json))
end)
