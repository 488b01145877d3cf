"""What a reader may see of written answers, as the searches' statements say it."""

# $1 workspace, $2 audiences, $3 now, $4 language, $5 topic, $6 queue, $7 kinds, $8 how many
MAY = """e.audience = ANY($2) AND e.kind = ANY($7)
  AND (e.valid_from IS NULL OR e.valid_from <= $3) AND (e.valid_until IS NULL OR e.valid_until > $3)
  AND (e.kind <> 'canned' OR ((e.topic IS NULL OR e.topic = $5) AND (e.queue IS NULL OR e.queue = $6)))"""
SHOWN = "e.kind, e.ref, e.title, e.body, e.language, e.topic, e.audience, e.shortcut"
