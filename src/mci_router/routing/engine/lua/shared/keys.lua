-- The names of keys: `w.key.timers`, and `w.keys.line[id]` where there are several of a kind. A name is put together
-- once and kept, except those of contacts and agents, of which there are too many.

local OF_MANY = {
  contact = true, command = true, agent = true, agent_contacts = true, declined = true, held = true, inbox = true,
  parked = true, joined = true,
}

-- Returns the names that begin so, each made when it is first asked for.
function keys.beginning(start, forget)
  return setmetatable({}, {
    __index = function(names, rest)
      local name = start .. ':' .. rest
      if not forget then
        names[rest] = name
      end
      return name
    end,
  })
end

-- Returns the names of the keys of which a workspace has several: by kind.
function keys.by_kind(start)
  return setmetatable({}, {
    __index = function(kinds, kind)
      local names = keys.beginning(start .. ':' .. kind, OF_MANY[kind])
      kinds[kind] = names
      return names
    end,
  })
end
