-- fire_timers: does what is due. Any process may call it at any time.
-- Arguments: the most timers to fire.
-- Returns:   'ok', fired = how many; rungs = contacts whose rung's limit has passed, overflows = contacts whose queue's
--            overflow rules are due for a look, inactive = parked contacts whose customers have said nothing for too
--            long: the caller handles them. Their timers stay, set a little later, so that none is lost if the caller
--            dies. next_ms = until the next timer is due; NO_TIMER_MS if there is none.
local RETRY_MS = 5000
local NO_TIMER_MS = 3600000

local fire = {}

-- Before the offer expires: the queue has it accepted for the agent, unless the desk is not there.
local function accept(w, contact, agent)
  local wanted = queues.settings(w, places.of(contact).queue).auto_accept_ms
  if wanted and agents.is_there(agent) then
    answering.assign(w, contact, agent, contact.offer, agent.endpoint)
  else
    timers.set(w, 'offer', contact.id, contact.expires_at)
  end
end

function fire.offer(w, id)
  local contact = contacts.load(w, id)
  if not contact or not contact.offer then
    return
  end
  local name = contact.second or contact.agent
  if contact.expires_at > w.now then
    return accept(w, contact, agents.load(w, name))
  end
  endings.let_go(w, contact, 'offer.expired', 'not_responding')
  presence.enter(w, agents.load(w, name), 'away', 'not_responding')
end

function fire.retry(w, id_and_agent)
  local id, name = id_and_agent:match('^([^:]+):(.+)$')
  local agent, contact = agents.load(w, name), contacts.load(w, id)
  if contact and contact.transfer and contact.agent == name then -- the agent who passes it on is not asked for it
    endings.shun(w, contact, agent)
    return
  end
  if agent and redis.call('HDEL', w.keys.declined[name], id) == 1 then
    agents.update(w, agent, { declines = agent.declines - 1 })
  end
  if contact and not contacts.FINAL[contact.state] then
    records.change(contact, 'shunned', math.max(0, (contact.shunned or 0) - 1))
    if contact.state == 'queued' or (contact.transfer and not contact.offer) then
      matching.match_contact(w, contact)
    end
  end
end

fire.line = lines.drop

function fire.wrap_up(w, id)
  local contact = contacts.load(w, id)
  if contact and contact.state == 'wrapping_up' then
    completion.complete(w, contact)
  end
end

function fire.relax(w, id)
  local contact = contacts.load(w, id)
  local waits = contact and (contact.state == 'queued' or contact.state == 'offered' or contact.to_line)
  if waits and waiting.next_step(contact) then
    local in_line = not contact.offer and not contact.held_for
    waiting.relax(w, contact, in_line)
    waiting.skip_unstaffed(w, contact, in_line)
    if not contact.offer then
      matching.match_contact(w, contact)
    end
  end
end

-- The time of the preferred agent is over, or that in which messages were gathered.
function fire.held(w, id)
  local contact = contacts.load(w, id)
  if contact and contact.held_for then
    waiting.go_on(w, contact)
  end
end

function fire.reserve(w, line)
  matching.match_line(w, line)
  if lines.first(w, line) then
    lines.watch_reserve(w, line)
  end
end

fire.aside = setting_aside.look

function fire.invitation(w, id)
  local contact = contacts.load(w, id)
  if contact then
    participants.uninvite(w, contact, 'participant.expired', 'not_responding')
  end
end

function fire.lease(w, name)
  local agent = agents.load(w, name)
  if not agent or agent.reachable ~= '1' then
    return
  end
  if agent.lease_until > w.now then
    timers.set(w, 'lease', name, agent.lease_until)
  else
    presence.lose(w, agent)
  end
end

function fire.grace(w, name)
  local agent = agents.load(w, name)
  if agent and not agents.is_there(agent) then
    presence.give_up(w, agent)
  end
end

-- A timer that fired before in the same call may have set this one again, or cleared it.
local function still_due(w, timer)
  return (tonumber(redis.call('ZSCORE', w.key.timers, timer)) or math.huge) <= w.now
end

local ASKED = { rung = 'rungs', overflow = 'overflows', inactivity = 'inactive' }

functions.transition('fire_timers', function(w, limit)
  local due = redis.call('ZRANGE', w.key.timers, '-inf', w.now, 'BYSCORE', 'LIMIT', 0, limit)
  local reply = { fired = #due }
  for _, timer in ipairs(due) do
    if still_due(w, timer) then
      local kind, id = timer:match('^([^:]+):(.+)$')
      local list = ASKED[kind]
      if list then
        timers.set(w, kind, id, w.now + RETRY_MS)
        reply[list] = reply[list] or {}
        table.insert(reply[list], id)
      else
        redis.call('ZREM', w.key.timers, timer)
        fire[kind](w, id)
      end
    end
  end
  local head = redis.call('ZRANGE', w.key.timers, 0, 0, 'WITHSCORES')
  reply.next_ms = head[2] and math.max(0, head[2] - w.now) or NO_TIMER_MS
  return functions.reply('ok', reply)
end)
