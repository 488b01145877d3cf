-- An agent leaves the signature it had: out of its sorted sets, and the signature goes with its last agent.

local function leave_signature(w, agent)
  for channel in pairs(agent.limits) do
    redis.call('ZREM', key(w, 'idle', agent.signature, channel), agent.name)
    redis.call('ZREM', key(w, 'busy', agent.signature, channel), agent.name)
  end
  local members = key(w, 'signature_agents', agent.signature)
  redis.call('SREM', members, agent.name)
  if redis.call('EXISTS', members) == 0 then
    drop_signature(w, agent.signature)
  end
end
