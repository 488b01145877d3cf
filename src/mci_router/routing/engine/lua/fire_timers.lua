-- fire_timers: does what is due. Any process may call it at any time.
-- Arguments: the most timers to fire.
-- Returns:   'ok', fired = how many; rungs = contacts whose rung's limit has passed, overflows = contacts whose queue's overflow rules
--            are to be looked at: the caller does both. Their timers stay, set a little later, so that none is lost if it dies.
local RETRY_MS = 5000

local fire = {}

function fire.offer(w, id)
  local contact = load_contact(w, id)
  if not contact or not contact.offer then
    return
  end
  local name = contact.second or contact.agent
  let_go(w, contact, 'offer.expired', 'not_responding')
  enter_presence(w, load_agent(w, name), 'away', 'not_responding')
end

function fire.retry(w, id_and_agent)
  local id, name = id_and_agent:match('^([^:]+):(.+)$')
  local agent, contact = load_agent(w, name), load_contact(w, id)
  if contact and contact.transfer and contact.agent == name then -- who passes it on is not asked to take it over
    shun(w, contact, agent)
    return
  end
  if agent and redis.call('HDEL', key(w, 'declined', name), id) == 1 then
    update_agent(w, agent, { declines = agent.declines - 1 })
  end
  if contact and not FINAL[contact.state] then
    change(contact, 'shunned', math.max(0, (contact.shunned or 0) - 1))
    if contact.state == 'queued' or (contact.transfer and not contact.offer) then
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

function fire.relax(w, id)
  local contact = load_contact(w, id)
  if contact and next_step(contact) and (contact.state == 'queued' or contact.state == 'offered') then
    local in_line = contact.state == 'queued' and not contact.held_for
    relax(w, contact, in_line)
    skip_unstaffed(w, contact, in_line)
    if contact.state == 'queued' then
      match_contact(w, contact)
    end
  end
end

-- The preferred agent had its time.
function fire.held(w, id)
  local contact = load_contact(w, id)
  if contact and contact.held_for then
    end_hold(w, contact)
    wait_or_match(w, contact)
  end
end

function fire.reserve(w, line)
  match_line(w, line)
  if first_of(w, line) then
    watch_reserve(w, line)
  end
end

function fire.lease(w, name)
  local agent = load_agent(w, name)
  if not agent or agent.reachable ~= '1' then
    return
  end
  if agent.lease_until > w.now then
    set_timer(w, 'lease', name, agent.lease_until)
  else
    lose_agent(w, agent)
  end
end

function fire.grace(w, name)
  local agent = load_agent(w, name)
  if agent and agent.reachable ~= '1' then
    give_up_agent(w, agent)
  end
end

-- What fired before it in the same call may have set a timer anew, or done away with it.
local function still_due(w, timer)
  return (tonumber(redis.call('ZSCORE', key(w, 'timers'), timer)) or math.huge) <= w.now
end

local ASKED = { rung = 'rungs', overflow = 'overflows' }

transition('fire_timers', function(w, limit)
  local due = redis.call('ZRANGE', key(w, 'timers'), '-inf', w.now, 'BYSCORE', 'LIMIT', 0, limit)
  local reply = { fired = #due }
  for _, timer in ipairs(due) do
    if still_due(w, timer) then
      local kind, id = timer:match('^([^:]+):(.+)$')
      local list = ASKED[kind]
      if list then
        set_timer(w, kind, id, w.now + RETRY_MS)
        reply[list] = reply[list] or {}
        table.insert(reply[list], id)
      else
        redis.call('ZREM', key(w, 'timers'), timer)
        fire[kind](w, id)
      end
    end
  end
  return say('ok', reply)
end)
