-- replan: gives contacts the places that a changed configuration says: requirement, relaxation, units, age, due time
-- and overflow timer. A contact that waits changes lines with its original age, and is offered as if it had just come;
-- an offer that its new place forbids is taken back. A contact that an agent serves stays there, and has the new place
-- if it waits again. A contact that has the place already is left alone.
-- Arguments: contacts as a JSON list: of each what enqueue takes, with warm and transfer for the place beside its own;
--            overflow_at is false where no rule is left, and absent where the timer stays as it is.
-- Returns:   'ok', places = of each, in order: 'waits' or 'served' if it has the place now; 'elsewhere' if it is on
--            another rung, in another queue, or has ended, 'unknown'; changed = how many were journalled.
-- Returns the place that is meant, and where the contact is, as a word.
local function find(contact, want)
  if not contact then
    return nil, 'unknown'
  end
  if want.warm then
    local there = contact.to_line and contact.transfer_id == want.transfer
    return there and places.beside(contact), there and 'waits' or 'elsewhere'
  end
  local here = contact.rung == want.rung and contact.queue == want.queue
  if not here or contact.state == 'wrapping_up' or contacts.FINAL[contact.state] then
    return nil, 'elsewhere'
  end
  return contact, contact.state == 'assigned' and 'served' or 'waits'
end

-- Offers contacts that wait, oldest first. Where one of a line finds nobody, neither does another.
local function match_all(w, waiting_ones)
  local in_vain = {}
  contacts.sort(waiting_ones)
  for _, contact in ipairs(waiting_ones) do
    local line = places.of(contact).line
    if replacing.is_in_line(contact) and not in_vain[line] then
      matching.match_contact(w, contact)
      local has_let_go = (contact.shunned or 0) > 0
      in_vain[line] = replacing.is_in_line(contact) and not contact.held_for and not has_let_go
    end
  end
end

functions.transition('replan', function(w, json)
  local found, changed, freed = {}, {}, {}
  for i, want in ipairs(cjson.decode(json)) do
    local contact = contacts.load(w, want.id)
    local place, where = find(contact, want)
    found[i] = where
    if place then
      local waits = where == 'waits'
      local new = replacing.differences(place, want, waits)
      replacing.time_overflow(w, contact, place, want.overflow_at, waits)
      if #new > 0 then
        replacing.change(w, contact, place, want, new, waits)
        changed[#changed + 1] = contact
        freed[#freed + 1] = replacing.revoke(w, contact, place, new)
        if contact.held_for and contact.held_for ~= lines.NOBODY then -- that agent may have room for it now
          freed[#freed + 1] = agents.load(w, contact.held_for)
        end
      end
    end
  end
  for _, agent in ipairs(freed) do -- first, as others may have waited in a new line for longer than who comes to it
    matching.match_agent(w, agent)
  end
  match_all(w, changed)
  return functions.reply('ok', { places = found, changed = #changed })
end)
