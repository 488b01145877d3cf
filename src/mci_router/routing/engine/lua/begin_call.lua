-- begin_call: asks whether a workflow's target may be called: not while its circuit is open. Once that time is over one
-- call at a time tries it. It works before the live state is built.
-- Arguments: workflow, the caller's word for this call, for how many ms it may try an open one.
-- Returns:   'ok'; 'open' with until (ms), when it may be tried.
functions.preparation('begin_call', function(w, workflow, call, trial_ms)
  local circuit = cjson.decode(redis.call('HGET', w.key.circuits, workflow) or '{}')
  local waits_until = circuit.open_until
  if waits_until and w.now >= waits_until then
    waits_until = circuit.trial ~= call and circuit.trial_until or 0
  end
  if waits_until and w.now < waits_until then
    return functions.reply('open', { ['until'] = waits_until })
  end
  if circuit.open_until then
    circuit.trial, circuit.trial_until = call, w.now + tonumber(trial_ms)
    redis.call('HSET', w.key.circuits, workflow, cjson.encode(circuit))
  end
  return functions.reply('ok')
end)
