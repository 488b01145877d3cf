-- fire_timers: does what is due. Any process may call it at any time.
-- Arguments: the most timers to fire, delay in ms before an agent is offered again what it let expire.
-- Returns:   'ok', fired = how many, rungs = contacts whose rung's limit has passed: the caller moves them on. Their timers stay,
--            set a little later, so that none is lost if the caller dies.
local RUNG_RETRY_MS = 5000

local fire = {}

function fire.offer(w, id, delay)
  local contact = load_contact(w, id)
  if not contact or contact.state ~= 'offered' then
    return
  end
  local agent = contact.agent
  withdraw_offer(w, contact, 'offer.expired', 'not_responding', delay)
  match_contact(w, contact)
  enter_presence(w, load_agent(w, agent), 'away', 'not_responding')
end

function fire.retry(w, id_and_agent)
  local id, agent_name = id_and_agent:match('^([^:]+):(.+)$')
  redis.call('HDEL', declined_key(w, agent_name), id)
  local contact = load_contact(w, id)
  if contact and not FINAL[contact.state] then
    contact.shunned = redis.call('HINCRBY', key(w, 'contact', id), 'shunned', -1)
    if contact.state == 'queued' then
      match_contact(w, contact)
    end
  end
end

fire.line = drop_line

function fire.wrap_up(w, id)
  local contact = load_contact(w, id)
  if contact and contact.state == 'wrapping_up' then
    complete_contact(w, contact)
  end
end

function fire.lease(w, name)
  local agent = load_agent(w, name)
  if not agent or agent.reachable ~= '1' then
    return
  end
  if tonumber(agent.lease_until) > w.now then
    set_timer(w, 'lease', name, agent.lease_until)
  else
    lose_agent(w, agent)
  end
end

-- What fired before it in the same call may have set a timer anew, or done away with it.
local function still_due(w, timer)
  return (tonumber(redis.call('ZSCORE', key(w, 'timers'), timer)) or math.huge) <= w.now
end

transition('fire_timers', function(w, limit, delay)
  local due = redis.call('ZRANGE', key(w, 'timers'), '-inf', w.now, 'BYSCORE', 'LIMIT', 0, limit)
  local rungs = {}
  for _, timer in ipairs(due) do
    if still_due(w, timer) then
      local kind, id = timer:match('^([^:]+):(.+)$')
      if kind == 'rung' then
        set_timer(w, kind, id, w.now + RUNG_RETRY_MS)
        rungs[#rungs + 1] = id
      else
        redis.call('ZREM', key(w, 'timers'), timer)
        fire[kind](w, id, tonumber(delay))
      end
    end
  end
  return say('ok', { fired = #due, rungs = #rungs > 0 and rungs or nil })
end)
