-- Texts whose meaning is worked out once: signatures, lines, settings. A meaning is shared: nobody may change it.

texts.MOST = 20000 -- kept of each kind: more than the lines, signatures and settings of a large workspace
local MOST_NUMBERS = 1000

-- Returns the meaning of a text as `parse` works it out. `known` keeps those of one kind: { size = 0, meanings = {} }.
function texts.meaning(known, text, parse, most)
  local meaning = known.meanings[text]
  if meaning == nil then
    if known.size >= (most or texts.MOST) then
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

local numbers = { size = 0, meanings = {} }

local function written(number)
  return string.format(number % 1 == 0 and '%.0f' or '%.14g', number)
end

-- Returns a number as a text. The same times are written again and again, and each writing costs as much as a command.
function texts.number(number)
  return numbers.meanings[number] or texts.meaning(numbers, number, written, MOST_NUMBERS)
end

local read_numbers = { size = 0, meanings = {} }

-- Returns the number that a text is.
function texts.read_number(text)
  return read_numbers.meanings[text] or texts.meaning(read_numbers, text, tonumber, MOST_NUMBERS)
end
