-- Counters: hashes of numbers, added up in memory and written once, when the function ends.

function counters.add(w, name, field, by)
  local fields = w.counts[name]
  if not fields then
    fields = {}
    w.counts[name] = fields
  end
  fields[field] = (fields[field] or 0) + by
end

-- Forgets what a function has counted in a field that is removed.
function counters.drop(w, name, field)
  if w.counts[name] then
    w.counts[name][field] = nil
  end
end

function counters.write(w)
  for name, fields in pairs(w.counts) do
    for field, by in pairs(fields) do
      if by ~= 0 then
        redis.call('HINCRBY', w.key[name], field, by)
      end
    end
  end
  w.counts = {}
end
