-- Texts whose meaning is worked out once: signatures, lines, settings. A meaning is shared: nobody may change it.

texts.MOST = 20000 -- kept of each kind: more than the lines, signatures and settings of a large workspace

-- Returns the meaning of a text as `parse` works it out. `known` keeps those of one kind: { size = 0, meanings = {} }.
function texts.meaning(known, text, parse)
  local meaning = known.meanings[text]
  if meaning == nil then
    if known.size >= texts.MOST then
      known.size, known.meanings = 0, {}
    end
    meaning = parse(text)
    known.size, known.meanings[text] = known.size + 1, meaning
  end
  return meaning
end

local documents = { size = 0, meanings = {} }

-- Returns what a JSON text says.
function texts.json(text)
  return documents.meanings[text] or texts.meaning(documents, text, cjson.decode)
end
