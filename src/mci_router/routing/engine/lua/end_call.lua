-- end_call: counts how a call of a workflow's target went. Its circuit opens at so many failures in a row, and at one
-- that tried it; a success closes it. It works before the live state is built.
-- Arguments: workflow, the caller's word for this call, 'healthy' or 'failing', failures in a row, for how many ms it
--            opens.
-- Returns:   'ok', open_until (ms) if the circuit is open now.
local KEPT_MS = 86400000 -- failures longer ago say nothing

functions.preparation('end_call', function(w, workflow, call, how, most, open_ms)
  local key = w.key.circuits
  local circuit = cjson.decode(redis.call('HGET', key, workflow) or '{}')
  local fresh = circuit.at and w.now - circuit.at < KEPT_MS
  if how == 'healthy' then
    if circuit.at then
      redis.call('HDEL', key, workflow)
    end
    return functions.reply('ok')
  end
  local tried = circuit.trial == call
  circuit.failures, circuit.at = (fresh and circuit.failures or 0) + 1, w.now
  if tried or (not circuit.open_until and circuit.failures >= tonumber(most)) then
    circuit.open_until, circuit.trial, circuit.trial_until = w.now + tonumber(open_ms), nil, nil
  end
  redis.call('HSET', key, workflow, cjson.encode(circuit))
  return functions.reply('ok', { open_until = circuit.open_until })
end)
