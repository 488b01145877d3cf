-- Records: hashes that a function reads once and writes once, at its end. A field set to false is removed.

local NUMBERS = {
  units = true, age = true, enqueued_at = true, due_at = true, attempts = true, shunned = true, step = true,
  expires_at = true, answered_at = true, handled_at = true, ended_at = true, used = true, holds = true, pausable = true,
  paused = true, paused_contacts = true, idle_since = true, seq = true, declines = true, held_contacts = true,
  revision = true, callback_since = true, rung = true, lease_until = true, turn_at = true, presence_since = true,
  free_at = true, aside_since = true, live = true,
  segment = true, entered_at = true, target_ms = true, waited = true, waits_since = true, segment_waited = true,
  queue_waited = true, closed_before = true, held = true, held_since = true, parked = true, parked_since = true,
  segment_offers = true, transfer_offers = true, awaited = true, awaited_since = true, inactive_at = true,
  wrap_up_ends_at = true, joined = true,
  to_units = true, to_age = true, to_enqueued_at = true, to_due_at = true, to_target_ms = true, to_rung = true,
  to_step = true, to_entered_at = true, to_waits_since = true, to_closed_before = true, to_segment_waited = true,
  to_queue_waited = true,
}

local function is_number(field)
  NUMBERS[field] = field:sub(1, 5) == 'used:' or field:sub(1, 3) == 'of:'
  return NUMBERS[field]
end

function records.new(w, name)
  local record = { _key = name, _changes = {} }
  w.records[name] = record
  return record
end

-- Returns the record of a key, the same table for the whole of a function, or nil if there is none. Second: whether it
-- was read just now.
function records.load(w, name)
  local record = w.records[name]
  if record ~= nil then
    return record or nil
  end
  record = kept.record(w, name)
  if record then
    w.records[name] = record
    return record
  end
  local flat = redis.call('HGETALL', name)
  if #flat == 0 then
    w.records[name] = false
    return nil
  end
  record = records.new(w, name)
  for i = 1, #flat, 2 do
    local field, value = flat[i], flat[i + 1]
    local number = NUMBERS[field]
    if number == nil then
      number = is_number(field)
    end
    record[field] = number and texts.read_number(value) or value
  end
  return record, true
end

-- Changes a field of a record, or of a place beside a contact's own.
function records.change(record, field, value)
  if record._names then
    record, field = record._contact, record._names[field] or field
  end
  if value or record[field] ~= nil then
    record[field] = value or nil
    record._changes[field] = true
  end
end

function records.forget(w, record)
  kept.change(w)
  redis.call('DEL', record._key)
  kept.drop(record._key)
  w.records[record._key] = false
end

-- Keeps a record no longer than this function: it ends by itself.
function records.let_expire(w, record, seconds)
  kept.change(w)
  records.write(record)
  redis.call('EXPIRE', record._key, seconds)
  kept.drop(record._key)
  record._ended = true
end

function records.write(record)
  local changes, set, size, unset = record._changes, {}, 0, nil
  for field in pairs(changes) do
    local value = record[field]
    if value == nil then
      unset = unset or {}
      unset[#unset + 1] = field
    else
      set[size + 1], set[size + 2] = field, value
      size = size + 2
    end
  end
  if size > 0 then
    redis.call('HSET', record._key, unpack(set))
  end
  if unset then
    redis.call('HDEL', record._key, unpack(unset))
  end
  record._changes = {}
end

function records.write_all(w)
  for _, record in pairs(w.records) do
    if record and next(record._changes) then
      kept.change(w)
      records.write(record)
    end
    if record and not record._ended then
      kept.keep(w, record)
    end
  end
end
